import Bytes
import CohortGraph
import Exchange
import Experiment
import Foundation
import Reporting

/// The rendezvous of a stage: which processes are expected there, and their keys.
extension StageLaunch {
    /// Opens the rendezvous of a stage, and says how external learners join: in words, in
    /// `contact.json`, and as a line of JSON.
    func rendezvous(
        of stage: Int, at endpoint: Endpoint, _ keys: LaunchKeys?
    ) throws -> Rendezvous {
        let relays = configuration.relays(in: stage)
        let rendezvous = try Rendezvous(
            run: ExchangeIdentity.runIdentifier(of: id),
            configurationDigest: configuration.identityDigestBytes,
            settings: configuration.identitySettings,
            expected: members(of: stage).map(\.name) + relays.relays,
            neighbourhood: Neighbourhood(
                configuration.stages.graph(of: stage), trees: relays.trees),
            optional: optional(in: stage),
            endpoint: endpoint, security: keys?.security ?? .plain,
            limits: configuration.limits(), notice: notice)
        for name in externals(of: stage).subtracting(commanded(in: stage)).sorted() {
            notice(
                "'\(name)' joins by itself: run \(id), rendezvous \(rendezvous.address),"
                    + " stage \(stage), digest \(configuration.identityDigest)"
                    + (keys?.notice ?? ""))
        }
        let contact = contact(of: stage, at: rendezvous.address, keys)
        try directory.write(contact)
        printContact(contact.line)
        return rendezvous
    }

    /// Closes the rendezvous of a stage, whose `contact.json` is removed first.
    func close(_ rendezvous: Rendezvous, of stage: Int) {
        // A file that cannot be removed names the process that has ended.
        try? directory.removeContact()
        rendezvous.stop(after: externals(of: stage))
    }

    /// An address that others connect to: where all addresses of this host are bound and none is
    /// advertised, its name stands for them.
    private func reachable(_ rendezvous: String) -> String {
        guard configuration.exchange.isAnyAddress, configuration.exchange.advertised == nil,
            let colon = rendezvous.lastIndex(of: ":")
        else { return rendezvous }
        return "tcp://\(ProcessInfo.processInfo.hostName)\(rendezvous[colon...])"
    }

    private func contact(
        of stage: Int, at rendezvous: String, _ keys: LaunchKeys?
    ) -> JoiningContact {
        let members = Set(members(of: stage).map(\.name))
        var contact = JoiningContact(
            protocolVersion: WireCodec.version, run: id,
            runIdentifier: ExchangeIdentity.runIdentifier(of: id).hexadecimal,
            configurationDigest: configuration.identityDigest,
            configuration: URL(fileURLWithPath: directory.configuration).path,
            rendezvous: reachable(rendezvous), stage: stage,
            stages: configuration.stages.count)
        contact.rendezvousKey = keys?.rendezvous.hexadecimal
        contact.keys = keys?.allowed.mapValues(\.hexadecimal) ?? [:]
        contact.external = externals(of: stage).sorted()
        contact.steps = facts.steps.filter { members.contains($0.key) }
        (contact.classes, contact.sampleOrder) = (facts.classes, facts.sampleOrder)
        return contact
    }

    /// The learners that take part in a stage, without recordings.
    func members(of stage: Int) -> [Learner] {
        configuration.stages.graph(of: stage).learners.filter { !$0.isRecorded }
    }

    /// The names of the learners whose part other programs take.
    func externals(of stage: Int) -> Set<String> {
        Set(members(of: stage).filter(\.isExternal).map(\.name))
    }

    /// The names of the learners that the others of a stage can do without.
    func optional(in stage: Int) -> Set<String> {
        Set(members(of: stage).map(\.name).filter { isOptional($0, in: stage) })
    }

    /// Whether the others of a stage can do without a learner, and it without them.
    private func isOptional(_ name: String, in stage: Int) -> Bool {
        let graph = configuration.stages.graph(of: stage)
        let numbers = graph.numbers(into: name) + graph.numbers(from: name)
        return !numbers.isEmpty
            && numbers.allSatisfy { graph.groups[$0].edge.missing.isOptional }
    }

    /// New keys for the processes of a stage; nil where the exchange is plain.
    func keys(of members: [Learner], and relays: [String]) throws -> LaunchKeys? {
        guard configuration.exchange.security == .curve else { return nil }
        let names = members.filter { !$0.isExternal }.map(\.name) + relays
        let commanded = members.map(\.name).filter { configuration[$0]?.command != nil }
        return try LaunchKeys(
            started: (remote == nil ? names : []) + commanded,
            external: members.filter(\.isExternal).map(\.name).filter { !commanded.contains($0) },
            elsewhere: remote?.keys.filter { names.contains($0.key) } ?? [:],
            exchange: configuration.exchange, id: id)
    }
}

import CohortGraph
import Exchange
import Experiment
import Foundation
import Launching
import Options
import Reporting
import Training
import Watching
import ZeroMQ

/// One rank's share of a run: its learners as processes here, joined with those of the other ranks.
/// Rank 0 also opens the run directory and the rendezvous, and writes the summary of the run.
package struct RankLaunch {
    private let configuration: ExperimentConfiguration
    private let place: RankPlace
    private let id: String
    /// The run directory that was named; nil for one below the configuration's `runs`.
    private let path: String?
    private let learners: [String]
    private let extends: Bool
    private let notice: @Sendable (String) -> Void
    private let printContact: @Sendable (String) -> Void
    private let progress: ProgressAmount

    /// - Parameters:
    ///   - id: the run's identifier; see ``RunIdentifier``.
    ///   - learners: the learners to run here; none for a share of all.
    ///   - path: the run directory, where it is not below the configuration's `runs`.
    ///   - progress: how much of the progress is shown.
    ///   - extends: whether to go on with a run that was begun to train for fewer steps.
    ///   - printContact: receives a line of JSON when the rendezvous listens, see
    ///     ``JoiningContact``.
    ///   - notice: receives messages for people, a line each.
    /// - Throws: ``SettingError`` where the configuration cannot be divided so.
    package init(
        _ configuration: ExperimentConfiguration, _ place: RankPlace, run id: String,
        learners: [String], path: String?, extends: Bool = false,
        progress: ProgressAmount = .auto,
        printContact: @escaping @Sendable (String) -> Void = { _ in },
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        self.learners = try place.learners(of: configuration, named: learners)
        self.extends = extends
        self.printContact = printContact
        self.progress = progress
        self.notice = notice
        var fixed = configuration
        fixed.learners = configuration.learners.map(\.withFixedPaths)
        (self.configuration, self.place, self.id, self.path) = (fixed, place, id, path)
    }

    /// Runs to the end of all ranks, or of this one.
    ///
    /// - Returns: at rank 0, the table of what teaching gained.
    /// - Throws: what is wrong here; ``RankFailure`` for what is wrong at another rank.
    package func run() async throws -> GainTable? {
        try DescriptorLimit.require(CohortLaunch.descriptors(for: learners.count))
        let assembler = try Assembler(configuration)
        try assembler.checkAll(Set(learners))
        if place.rank == 0 { (configuration.remarks + assembler.remarks.lines).forEach(notice) }
        let facts = try JoiningFacts(assembler)
        let provenance = try assembler.provenance(of: Set(learners))
        let environment = place.environment
        notice(
            "rank \(environment.rank) of \(environment.size), by \(environment.source.rawValue):"
                + " \(learners.joined(separator: ", ")); run \(id)")
        let request = StopRequest()
        let trap = SignalTrap(handle: request.note)
        defer { withExtendedLifetime(trap) {} }
        let meeting = RankMeeting(
            place: place, configuration: configuration, provenance, id: id,
            learners: learners, notice: notice, checkInterruption: request.check)
        guard place.rank == 0 else {
            try await runAsFollower(meeting, facts, request)
            return nil
        }
        let opened = try RankDirectory(
            configuration, provenance, id: id, path: path, extends: extends, assembler,
            notice: notice)
        return try await runAsLeader(opened, meeting, facts, request)
    }

    private func runAsLeader(
        _ opened: RankDirectory, _ meeting: RankMeeting, _ facts: JoiningFacts,
        _ request: StopRequest
    ) async throws -> GainTable {
        let start = ContinuousClock.now
        defer { withExtendedLifetime(opened) {} }
        let launch = launch(in: opened.directory, facts, isResumed: opened.isResumed)
        let board = RankBoard(of: opened.directory)
        let (call, answers) = try await meeting.call(on: board)
        let keys: LaunchKeys?
        let rendezvous: Rendezvous
        do {
            let commanded = launch.commanded(in: 1)
            keys = try self.keys(
                commanded: commanded.sorted(),
                external: launch.externals(of: 1).subtracting(commanded).sorted(),
                elsewhere: elsewhere(answers))
            do { rendezvous = try launch.rendezvous(of: 1, at: endpoint, keys) } catch {
                keys?.remove()
                throw error
            }
        } catch {
            try meeting.refuse(RankFailure(error, of: 0), call, board)
        }
        defer { keys?.remove() }
        defer { launch.close(rendezvous, of: 1) }
        try meeting.announce(rendezvous.address, key: keys?.rendezvous, call, answers, on: board)
        let work = RankWork(
            launch: launch, place: place, learners: [learners] + answers.map(\.learners),
            relays: relays, board: board, call: call, lost: LostLearners(added: rendezvous.giveUp),
            request: request)
        let own = try await work.run(at: rendezvous.address, keys: keys, key: nil)
        let summary = Summary(
            of: configuration, run: id, together: own.together.with(opened.directory, others),
            alone: own.alone.with(opened.directory.alone, othersAlone),
            after: ContinuousClock.now - start)
        try summary.write(to: opened.directory.summary)
        opened.directory.writeReport(notice: notice)
        notice("results: \(opened.directory.path)")
        return summary.table(of: configuration.learners.map(\.name))
    }

    private func runAsFollower(
        _ meeting: RankMeeting, _ facts: JoiningFacts, _ request: StopRequest
    ) async throws {
        let keys = try keys()
        defer { keys?.remove() }
        let (directory, met) = try await meeting.join(
            {
                try RankDirectory.find(configuration, id: id, path: path)
            }, keys: keys?.started ?? [:])
        let logs = place.logs(in: directory)
        try logs.create()
        try logs.write(configuration: configuration.resolvedYAML())
        let work = RankWork(
            launch: launch(in: directory, facts, isResumed: true), place: place,
            learners: met.learners, relays: [], board: RankBoard(of: directory), call: met.call,
            lost: LostLearners(),
            request: request)
        _ = try await work.run(
            at: met.rendezvous, keys: keys, key: met.key.flatMap { CurveKey(hexadecimal: $0) })
    }

    private func launch(
        in directory: RunDirectory, _ facts: JoiningFacts, isResumed: Bool
    ) -> StageLaunch {
        StageLaunch(
            configuration: configuration, id: id, directory: directory, notice: notice,
            facts: facts, printContact: printContact, progress: progress,
            keepsJournals: directory.isRecording, isResumed: isResumed, rank: place)
    }

    /// New keys for the learners here, where the exchange is secured.
    private func keys(
        commanded: [String] = [], external: [String] = [], elsewhere: [String: CurveKey] = [:]
    ) throws -> LaunchKeys? {
        guard configuration.exchange.security == .curve else { return nil }
        return try LaunchKeys(
            started: learners + relays + commanded, external: external, elsewhere: elsewhere,
            exchange: configuration.exchange, id: place.label(id))
    }

    private func elsewhere(_ answers: [RankBoard.Answer]) throws -> [String: CurveKey] {
        var keys: [String: CurveKey] = [:]
        for answer in answers where configuration.exchange.security == .curve {
            for name in answer.learners {
                guard let key = answer.keys[name].flatMap({ CurveKey(hexadecimal: $0) }) else {
                    throw ExchangeFailure(
                        exitCode: .notAuthorised,
                        message: "'\(name)' on \(answer.host) has no key in its rank's answer")
                }
                keys[name] = key
            }
        }
        return keys
    }

    /// Where the rendezvous listens: at the master's port, where there is one.
    private var endpoint: Endpoint {
        guard let master = place.environment.master, configuration.exchange.transport == .tcp else {
            return configuration.exchange.endpoint
        }
        return .tcp(
            host: configuration.exchange.host, port: master.port, advertised: master.host)
    }

    /// The relays that run here: at rank 0 all of them.
    private var relays: [String] {
        place.rank == 0 ? configuration.relays(in: 1).relays : []
    }

    private var others: [String] {
        configuration.startedLearners.filter { !learners.contains($0) }
    }

    private var othersAlone: [String] {
        configuration.comparesAlone ? others.filter(configuration.comparedStudents.contains) : []
    }
}

extension [String: LearnerResult] {
    /// Adds the reports that learners of other ranks wrote into the run directory.
    fileprivate func with(_ directory: RunDirectory, _ names: [String]) -> Self {
        var all = self
        for name in names {
            let records = try? JSONLines.read(path: directory.learner(name).metrics).records
            var result = LearnerResult()
            for record in records ?? [] { result.add(record.body) }
            all[name] = result
        }
        return all
    }
}

import CohortGraph
import Exchange
import Foundation
import ZeroMQ

/// One learner's or relay's part in a benchmark of exchanges: what its process receives as JSON.
package struct ExchangePart: Codable, Sendable {
    /// What carries the knowledge.
    package enum Kind: String, Codable, CaseIterable, Sendable {
        /// The exchange between hosts that trust one another.
        case plain
        /// With a journal of what was published and used.
        case journal
        /// With CURVE.
        case keys
        /// Through relays, which sum.
        case relay
        /// The same with CURVE.
        case relayKeys = "relay-keys"
        /// Sockets of the same patterns that carry the same bytes, and nothing else.
        case bare
        /// Two bare sockets, one of which answers the other.
        case roundTrip = "round-trip"
        /// Bare sockets, one of which receives from all the others and then answers each.
        case bareRelay = "bare-relay"

        /// Whether the exchange is secured by CURVE.
        package var hasKeys: Bool { self == .keys || self == .relayKeys }
        /// Whether knowledge travels through relays.
        package var isRelayed: Bool { self == .relay || self == .relayKeys }
        /// Whether it is measured without the exchange.
        package var isBare: Bool { self == .bare || self == .roundTrip || self == .bareRelay }

        /// The kinds that can be measured with so many learners.
        ///
        /// - Parameter learners: of more than ``mostDirect`` only relays are measured.
        package static func all(for learners: Int) -> [Kind] {
            allCases.filter { kind in
                kind.isRelayed || kind == .bareRelay
                    || learners <= mostDirect && (learners == 2 || kind != .roundTrip)
            }
        }

        /// The most learners that are measured without relays.
        package static let mostDirect = 64
    }

    /// What carries the knowledge.
    var kind: Kind
    /// The names of all learners.
    var names: [String]
    /// This part's number; numbers after the learners are those of relays.
    var index: Int
    /// How many learners or relays one relay serves at most.
    var fanOut: Int
    /// The size of one learner's knowledge at a step.
    var byteCount: Int
    /// The number of steps.
    var steps: Int
    /// Whether sockets are files; otherwise they are of TCP.
    var overFiles: Bool
    /// The rendezvous' address.
    var rendezvous = ""
    /// The rendezvous' public key, in hexadecimal; nil without keys.
    var rendezvousKey: String?
    /// This part's secret key, in hexadecimal; nil without keys.
    var secretKey: String?
    /// The folder that all parts of a round share.
    var folder: String

    /// How long a part's exchanges took, in seconds.
    package struct Times: Codable, Hashable, Sendable {
        /// Until all have joined.
        package var joining: Double
        /// The median of all steps.
        package var exchange: Double

        /// The times of one round.
        package init(joining: Double, exchange: Double) {
            (self.joining, self.exchange) = (joining, exchange)
        }
    }

    static let run = ExchangeIdentity.runIdentifier(of: "bench")
    static let digest = [UInt8](repeating: 0, count: 32)

    var endpoint: Endpoint { overFiles ? .ipc(under: folder) : .tcp(host: "127.0.0.1") }

    /// Takes all steps.
    ///
    /// - Parameters:
    ///   - notice: receives messages for people.
    ///   - input: the next line of standard input.
    ///   - output: writes a line to standard output.
    package func run(
        notice: @escaping @Sendable (String) -> Void, input: () -> String?,
        output: (String) throws -> Void
    ) throws -> Times {
        switch kind {
        case .plain, .journal, .keys: try exchange(notice: notice)
        case .relay, .relayKeys: try RelayedExchange(self).take(notice: notice)
        case .bare, .roundTrip, .bareRelay:
            try BareExchange(self, input: input, output: output).run()
        }
    }

    private func exchange(notice: @escaping @Sendable (String) -> Void) throws -> Times {
        let others = names.filter { $0 != names[index] }.map { Lane($0) }
        let clock = ContinuousClock()
        let start = clock.now
        let identity = ExchangeIdentity(
            name: names[index], run: Self.run, configurationDigest: Self.digest, classes: 10,
            sampleOrderDigest: 0)
        let journal =
            kind == .journal
            ? try JournalWriter(
                directory: "\(folder)/journal-\(index)", sender: identity.sender,
                segmentBytes: 8 << 20) : nil
        let sockets = try SocketExchange(
            identity: identity, teachers: others, students: others, endpoint: endpoint,
            rendezvous: rendezvous, security: try security(), journal: journal, notice: notice)
        let exchange: any KnowledgeExchange =
            journal.map { JournaledExchange(sockets, journal: $0) } ?? sockets
        try exchange.join()
        let joining = (clock.now - start) / .seconds(1)
        let payload = [UInt8](repeating: 0, count: max(1, byteCount / 40) * 40)
        let times = try (0..<steps).map { step in
            if step % Self.checkpoint == 0 { try exchange.checkpointed(oldest: step, newest: step) }
            return try clock.measure { try exchangeStep(payload, step, over: exchange) }
                / .seconds(1)
        }
        try exchange.finish(lastStep: steps - 1)
        try journal?.close()
        return Times(joining: joining, exchange: median(times))
    }

    /// After so many steps a journal may discard what is older.
    private static let checkpoint = 20

    /// Publishes the logits of ten classes, and gathers everyone else's.
    private func exchangeStep(
        _ payload: [UInt8], _ step: Int, over exchange: any KnowledgeExchange
    ) throws {
        let logits = KnowledgeTensor(
            name: "logits", kind: .response, shape: [payload.count / 40, 10],
            encoding: .float32, payload: payload)
        try exchange.publish(
            Knowledge(epoch: 0, step: step, round: .before, batchDigest: 0, tensors: [logits]))
        _ = try exchange.gather(step: step, round: .before, batchDigest: 0)
    }

    func security() throws -> ExchangeSecurity {
        guard let secret = secretKey.flatMap(CurveKey.init(hexadecimal:)),
            let rendezvous = rendezvousKey.flatMap(CurveKey.init(hexadecimal:))
        else { return .plain }
        return .curve(keys: try CurveKeyPair(secretKey: secret), rendezvous: rendezvous)
    }
}

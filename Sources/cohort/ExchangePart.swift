import Benchmarks
import CohortGraph
import Exchange
import Foundation
import Reporting
import ZeroMQ

/// One learner's part in a benchmark of exchanges, as its process is told it.
struct ExchangePart: Codable {
    /// What carries the knowledge.
    enum Kind: String, Codable, CaseIterable {
        /// The exchange as it is between hosts that trust one another.
        case plain
        /// With what was published and used written down.
        case journal
        /// With CURVE.
        case keys
        /// Through relays, which add up.
        case relay
        /// The same with CURVE.
        case relayKeys = "relay-keys"
        /// Sockets of the same patterns that carry the same bytes, and nothing else.
        case bare
        /// Two bare sockets, one of which answers the other.
        case roundTrip = "round-trip"
        /// Bare sockets, one of which hears all the others and then answers each.
        case bareRelay = "bare-relay"

        var hasKeys: Bool { self == .keys || self == .relayKeys }
        var isRelayed: Bool { self == .relay || self == .relayKeys }
        var isBare: Bool { self == .bare || self == .roundTrip || self == .bareRelay }
    }

    var kind: Kind
    /// All learners'.
    var names: [String]
    /// Those after the learners are relays.
    var index: Int
    /// How many one relay serves at most.
    var fan: Int
    /// Of one learner's knowledge at a step.
    var byteCount: Int
    var steps: Int
    var overFiles: Bool
    /// The rendezvous' address; its key and the learner's secret one, in hexadecimal, where there are keys.
    var rendezvous = ""
    var rendezvousKey: String?
    var secretKey: String?
    /// A directory of its own.
    var folder: String

    /// What its exchanges took, in seconds.
    struct Times: Codable {
        /// Until all know one another.
        var joining: Double
        /// The median of all steps.
        var exchange: Double
    }

    static let run = ExchangeIdentity.runIdentifier(of: "bench")
    static let digest = [UInt8](repeating: 0, count: 32)

    var endpoint: Endpoint { overFiles ? .ipc(under: folder) : .tcp(host: "127.0.0.1") }

    /// Takes all steps.
    func take() throws -> Times {
        switch kind {
        case .plain, .journal, .keys: try exchange()
        case .relay, .relayKeys: try RelayedExchange(self).take()
        case .bare, .roundTrip, .bareRelay: try BareExchange(self).take()
        }
    }

    private func exchange() throws -> Times {
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
            rendezvous: rendezvous, security: try security(), journal: journal, notice: complain)
        let exchange: any KnowledgeExchange =
            journal.map { JournaledExchange(sockets, journal: $0) } ?? sockets
        try exchange.join()
        let joining = (clock.now - start) / .seconds(1)
        let payload = [UInt8](repeating: 0, count: max(1, byteCount / 40) * 40)
        let times = try (0..<steps).map { step in
            if step % Self.checkpoint == 0 { try exchange.checkpointed(oldest: step, newest: step) }
            return try clock.measure { try trade(payload, at: step, over: exchange) } / .seconds(1)
        }
        try exchange.finish(lastStep: steps - 1)
        try journal?.close()
        return Times(joining: joining, exchange: median(times))
    }

    /// Every so many steps a journal may forget.
    private static let checkpoint = 20

    /// Publishes the logits of ten classes, and gathers everyone else's.
    private func trade(
        _ payload: [UInt8], at step: Int, over exchange: any KnowledgeExchange
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

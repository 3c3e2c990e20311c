import CohortGraph
import Distillation
import Exchange
import Foundation
import NeuralNetwork
import Reporting

/// A learner's or a relay's part in a benchmark of exchanges that go through relays.
struct RelayedExchange {
    private let part: ExchangePart
    private let circle: RelayTree
    private let name: String
    private let shape: [Int]
    private static let classes = 10
    private static let sum = "probability-sum@1"

    init(_ part: ExchangePart) {
        self.part = part
        circle = RelayTree(among: part.names, fanOut: part.fanOut)
        name = (part.names + circle.relays)[part.index]
        shape = [max(1, part.byteCount / (4 * Self.classes)), Self.classes]
    }

    func take(notice: @escaping @Sendable (String) -> Void) throws -> ExchangePart.Times {
        let clock = ContinuousClock()
        let start = clock.now
        let isRelay = circle.relays.contains(name)
        let parent = circle.parents[name].map { [$0] } ?? []
        let identity = ExchangeIdentity(
            name: name, run: ExchangePart.run, configurationDigest: ExchangePart.digest,
            classes: Self.classes, sampleOrderDigest: 0)
        // What a relay says is written down, in case that somebody needs it again.
        let journal =
            try isRelay
            ? JournalWriter(
                directory: "\(part.folder)/journal-\(part.index)", sender: identity.sender,
                segmentBytes: 8 << 20) : nil
        let neighbours = circle.children(of: name) + parent
        let sockets = try SocketExchange(
            identity: identity, teachers: neighbours.map { lane($0, to: name) },
            students: neighbours.map { lane($0, from: name) }, endpoint: part.endpoint,
            rendezvous: part.rendezvous, security: try part.security(), journal: journal,
            relay: isRelay ? RelayPlace(parent: parent.first) : nil, notice: notice)
        let exchange: any KnowledgeExchange =
            journal.map { JournaledExchange(sockets, journal: $0, keepsUse: false) } ?? sockets
        try exchange.checkpointed(oldest: 0, newest: 0)
        try exchange.join()
        let joining = (clock.now - start) / .seconds(1)
        var own = ProbabilitySum(shape: shape)
        own.add(Tensor(repeating: 0, shape: shape), temperature: 1)
        let times = try (0..<part.steps).map { step in
            if !isRelay, step % 20 == 0 {
                try exchange.checkpointed(oldest: step, newest: step)
            }
            return try clock.measure {
                try isRelay ? relay(step, over: exchange) : trade(own, step, over: exchange)
            } / .seconds(1)
        }
        if !isRelay { try exchange.checkpointed(oldest: .max, newest: .max) }
        try exchange.finish(lastStep: part.steps - 1)
        try journal?.close()
        return ExchangePart.Times(joining: joining, exchange: median(times))
    }

    /// What goes up travels before, and what comes down after.
    private func lane(_ peer: String, from: String? = nil, to: String? = nil) -> Link {
        let isUp = circle.parents[from ?? peer] == to ?? peer
        return Link(peer) { _, round in round == (isUp ? .before : .after) ? [Self.sum] : [] }
    }

    /// Says its part, hears the sum and takes its part out of it.
    private func trade(
        _ own: ProbabilitySum, _ step: Int, over exchange: any KnowledgeExchange
    ) throws {
        try publish(own, step, .before, over: exchange)
        var sum = try gather(step, .after, over: exchange)
        sum -= own
        guard sum.count == part.names.count - 1 else {
            throw ExchangeFailure(exitCode: .failure, message: "\(sum.count) others are in the sum")
        }
    }

    private func relay(_ step: Int, over exchange: any KnowledgeExchange) throws {
        var sum = try gather(step, .before, over: exchange)
        if circle.parents[name] != nil {
            try publish(sum, step, .before, over: exchange)
            sum = try gather(step, .after, over: exchange)
        }
        try publish(sum, step, .after, over: exchange)
    }

    private func publish(
        _ sum: ProbabilitySum, _ step: Int, _ round: Round, over exchange: any KnowledgeExchange
    ) throws {
        let tensor = KnowledgeTensor(
            name: Self.sum, shape: [shape[0], shape[1] + 1], units: sum.units)
        try exchange.publish(
            Knowledge(epoch: 0, step: step, round: round, batchDigest: 0, tensors: [tensor]))
    }

    private func gather(
        _ step: Int, _ round: Round, over exchange: any KnowledgeExchange
    ) throws -> ProbabilitySum {
        let gathering = try exchange.gather(step: step, round: round, batchDigest: 0)
        return try gathering.knowledge.flatMap(\.knowledge.tensors)
            .reduce(into: ProbabilitySum(shape: shape)) { sum, tensor in
                sum.add(littleEndian: try tensor.unitBytes())
            }
    }
}

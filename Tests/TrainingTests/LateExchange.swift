import CohortGraph
import Datasets
import Exchange
import NeuralNetwork
import Synchronization
import Training

/// Delivers the knowledge of teachers with frozen weights to one learner, early or late as a test
/// says.
final class LateExchange: KnowledgeExchange {
    /// After how many steps a teacher's knowledge of a step arrives; nil where it never does.
    typealias Delay = @Sendable (_ step: Int) -> Int?

    private let hand: ByHand
    private let delays: [String: Delay]
    private let mismatched: Set<String>
    private let next: Mutex<[String: Int]>

    /// - Parameters:
    ///   - mismatched: teachers whose late knowledge is of other samples.
    ///   - first: the step that is gathered first; knowledge that arrived before was gathered
    ///     before.
    init(
        _ hand: ByHand, _ delays: [String: Delay], mismatched: Set<String> = [],
        from first: Int = 0
    ) {
        self.hand = hand
        self.delays = delays
        self.mismatched = mismatched
        next = Mutex(
            delays.mapValues { delay in
                (0..<first).first { old in delay(old).map { old + $0 >= first } == true } ?? first
            })
    }

    private func knowledge(_ name: String, _ step: Int, isLate: Bool = false) -> Knowledge {
        let logits = hand.logits(of: name, at: step).value
        let samples = SampleBatch(
            step: step, samples: hand.samples(step), epochs: hand.samples(step).map { _ in 0 })
        return Knowledge(
            epoch: 0, step: step, round: .before,
            batchDigest: isLate && mismatched.contains(name) ? 1 : samples.digest,
            tensors: [
                KnowledgeTensor(
                    name: "logits", kind: .response, shape: logits.shape, values: logits.values)
            ])
    }

    func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        var gathering = Gathering(knowledge: [], waited: .zero, waitedFor: nil)
        if round == .validation { return try gatherValidation(step, batchDigest ?? 0, record) }
        // While the test logits are gathered, knowledge arrives that is due before the next step.
        let known = round == .before ? step : step + 1
        for (name, delay) in delays.sorted(by: { $0.key < $1.key }) {
            let late = (0..<known).filter { old in
                delay(old).map { $0 > 0 && old + $0 <= known } == true
            }
            let new = next.withLock { next in
                defer { next[name] = max(next[name, default: 0], (late.last ?? -1) + 1) }
                return late.filter { $0 >= next[name, default: 0] }
            }
            gathering.late += new.map { (name, knowledge(name, $0, isLate: true)) }
            if round == .before, delay(step) == 0 {
                gathering.knowledge.append((name, knowledge(name, step)))
            } else {
                gathering.absent.append(Absence(name, reason: "it is late"))
            }
        }
        try record(gathering)
        return gathering
    }

    /// The logits of all teachers of the held-out samples.
    private func gatherValidation(
        _ step: Int, _ digest: UInt64, _ record: (Gathering) throws -> Void
    ) throws -> Gathering {
        let knowledge = try delays.keys.sorted().map { name in
            let logits = try hand.heldOutLogits(of: name)
            let tensor = KnowledgeTensor(
                name: "logits", kind: .response, shape: logits.shape, values: logits.values)
            return (
                sender: name,
                knowledge: Knowledge(
                    epoch: 0, step: step, round: .validation, batchDigest: digest,
                    tensors: [tensor])
            )
        }
        let gathering = Gathering(knowledge: knowledge, waited: .zero, waitedFor: nil)
        try record(gathering)
        return gathering
    }

    func join() {}
    func publish(_ knowledge: Knowledge, record: () throws -> Void) throws { try record() }
    func checkpointed(oldest: Int, newest: Int) {}
    func finish(lastStep: Int) {}
    func leave(reason: String) {}
    func cancel(_ failure: ExchangeFailure) {}
    var traffic: [String: Traffic] { [:] }
    var state: ExchangeState? { nil }
}

import CohortGraph
import Foundation
import NeuralNetwork

/// A combination in which each teacher has one vote on a sample, and noise hides whether any one of
/// them voted otherwise (*Semi-supervised Knowledge Transfer for Deep Learning from Private
/// Training Data*, Papernot et al. 2017, called PATE).
///
/// A sample is asked for once; its answer is remembered, so that later epochs spend nothing. A
/// sample without an answer contributes no loss. Nothing is asked any more from where one more
/// query could exceed the limit.
///
/// The guarantee is (ε, δ)-differential privacy of all answers towards one training sample of one
/// teacher. It holds where each sample is one teacher's alone and the noise is secret.
protocol PrivateVote: Combination where Memory == VoteMemory {
    /// The probability with which the guarantee may fail.
    var delta: Double { get }
    /// The most that may be spent.
    var limit: Double { get }
    /// Whether costs are also bounded by the votes themselves.
    var boundsByVotes: Bool { get }
    /// Whether the key of the noise is drawn from the operating system, not from the run's seed.
    var isSecret: Bool { get }

    /// The class of most votes under noise; nil where none is given.
    ///
    /// - Parameter spent: receives what the query costs.
    func answer(_ votes: [Int], _ noise: inout Noise, spent: inout VoteCosts) -> Int?

    /// ε at ``delta``, whatever the votes.
    func epsilon(of spent: VoteCosts) -> Double

    /// ε at ``delta`` by the votes, which is itself private.
    func epsilonByVotes(of spent: VoteCosts) -> Double

    /// What may have been spent after one more query.
    func worstCase(after spent: VoteCosts) -> VoteCosts
}

/// How many queries there were, and what else their cost follows from.
struct VoteCosts: Codable, Hashable, Sendable {
    /// The samples that were asked for.
    var queries = 0
    /// Those that got an answer.
    var answers = 0
    /// The sums of the moments, or of the Rényi divergences, that the votes themselves bound: one
    /// for each order; none where they are not computed.
    var byVotes: [Double] = []

    /// Adds a query's costs, one for each order.
    mutating func add(byVotes costs: [Double]) {
        byVotes = byVotes.isEmpty ? costs : zip(byVotes, costs).map { $0 + $1 }
    }
}

/// What private votes remember: the answers by the sample, and what they cost.
struct VoteMemory: Codable, Hashable, Sendable {
    /// The class of each sample that was asked for; −1 where no answer was given.
    var answers: [Int: Int] = [:]
    /// What has been spent.
    var spent = VoteCosts()
}

/// What private votes have spent so far.
public struct PrivacySpent: Hashable, Sendable {
    /// ε, whatever the votes were; it may be published.
    public let epsilon: Double
    /// δ.
    public let delta: Double
    /// The most that may be spent.
    public let limit: Double
    /// The samples that were asked for.
    public let queries: Int
    /// Those that got an answer.
    public let answers: Int
    /// ε as the votes themselves bound it: private, and not to be published. Nil where it is not
    /// computed.
    public let epsilonByVotes: Double?
}

extension PrivateVote {
    var traits: CombinationTraits {
        let traits: CombinationTraits = [
            .responsesOnly, .needsAll, .reshapesTargets, .countsVotes,
        ]
        return isSecret ? traits.union(.needsSecret) : traits
    }

    var initialMemory: VoteMemory { VoteMemory() }

    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout VoteMemory
    ) -> CombinedLoss {
        let (samples, key) = (context.requiredSamples, context.requiredNoise)
        let named = teachers.map { $0.value.argmax }
        let classes = student.shape[1]
        for (row, sample) in samples.enumerated() where memory.answers[sample] == nil {
            guard epsilon(of: worstCase(after: memory.spent)) <= limit else { break }
            var votes = [Int](repeating: 0, count: classes)
            for teacher in named { votes[teacher[row]] += 1 }
            var noise = key.noise(of: sample)
            memory.spent.queries += 1
            let answer = answer(votes, &noise, spent: &memory.spent)
            if answer != nil { memory.spent.answers += 1 }
            memory.answers[sample] = answer ?? -1
        }
        let answered = samples.enumerated().compactMap { row, sample in
            memory.answers[sample].flatMap { 0..<classes ~= $0 ? (row: row, label: $0) : nil }
        }
        let share = Double(answered.count) / Double(max(1, samples.count))
        return CombinedLoss(
            term: term(student, answered, by: loss, context) * Float(share), open: share,
            privacy: spent(in: memory))
    }

    /// The loss on the samples that have an answer; 0 where none has.
    private func term(
        _ student: Variable, _ answered: [(row: Int, label: Int)],
        by loss: any DistillationLoss, _ context: LossContext
    ) -> LossTerm {
        guard !answered.isEmpty else { return LossTerm(Variable(Tensor(0))) }
        let classes = student.shape[1]
        var logits = [Float](repeating: 0, count: answered.count * classes)
        // e^−100 is nothing beside 1, in units of 2⁻⁴⁰ and in single precision.
        for (place, answer) in answered.enumerated() {
            logits[place * classes + answer.label] = 100 * context.temperature
        }
        var context = context
        context.labels = context.labels.map { labels in answered.map { labels[$0.row] } }
        context.samples = context.samples.map { numbers in answered.map { numbers[$0.row] } }
        return loss(
            student.selecting(rows: answered.map(\.row)),
            Tensor(shape: [answered.count, classes], values: logits), context)
    }

    /// What a memory says that was spent.
    func spent(in memory: VoteMemory) -> PrivacySpent {
        let spent = memory.spent
        return PrivacySpent(
            epsilon: epsilon(of: spent), delta: delta, limit: limit, queries: spent.queries,
            answers: spent.answers,
            epsilonByVotes: boundsByVotes && spent.queries > 0 ? epsilonByVotes(of: spent) : nil)
    }
}

extension Combination {
    /// What private votes have spent, by their memory; nil for other combinations.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is not this combination's.
    public func privacySpent(in memory: TermMemory) throws -> PrivacySpent? {
        guard let vote = self as? any PrivateVote else { return nil }
        return vote.spent(in: try memory.value(of: VoteMemory.self, default: VoteMemory()))
    }
}

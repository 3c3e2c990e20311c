import CohortGraph
import Distillation
import NeuralNetwork

/// One term of a learner's loss that comes from others: an edge group with its loss made.
public struct TeachingTerm: Sendable {
    /// What the term is called in reports: the loss and who teaches.
    public let name: String
    /// Its number among the groups of the stage.
    let index: Int
    let group: EdgeGroup
    let offer: KnowledgeOffer
    private let loss: any DistillationLoss
    private let combination: any Combination

    /// - Parameters:
    ///   - index: the group's number in the ``TeachingPlan``.
    ///   - loss: prepared for the shapes of both sides.
    ///   - combination: prepared for the number of teachers.
    public init(
        _ group: EdgeGroup, index: Int, name: String, offer: KnowledgeOffer,
        loss: any DistillationLoss, combination: any Combination
    ) {
        self.name = name
        self.index = index
        self.group = group
        self.offer = offer
        self.loss = loss
        self.combination = combination
    }

    /// What the term came to at one step.
    struct Outcome {
        /// weight · factor · loss.
        var value: Variable
        /// What the combination's own parameters learn from.
        var auxiliary: Variable?
        /// weight · factor.
        var weight: Double
        /// The share of the teachers' samples that the gate let through.
        var open: Double
        /// What each teacher counts for in the target.
        var shares: [Double]?
    }

    /// By how much a term of some teachers counts for more where others are missing: a sum as if the
    /// missing had said what the others say in the mean; a mean does so by itself.
    func share(of present: Int, outOf expected: Int) -> Double {
        combination.traits.contains(.addsUp) && present > 0
            ? Double(expected) / Double(present) : 1
    }

    /// Whether it can do nothing without all of its teachers.
    var needsAll: Bool { combination.traits.contains(.needsAll) }

    /// weight · factor · loss, from the summaries of those who teach at this step.
    ///
    /// - Returns: nil where the gate lets nothing through.
    func callAsFunction(
        _ view: ModelView, teachers: [TeacherSummary], factor: Double, _ context: LossContext,
        memory: inout TermMemory
    ) throws -> Outcome? {
        var context = context
        context.temperature = Float(group.edge.temperature)
        let student = view.summary(loss.summary, of: group.edge.taps.to)
        let weight = group.edge.weight * factor
        guard group.edge.gate.needsLabels else {
            let combined = try combination.combined(
                student, teachers, by: loss, context, memory: &memory)
            return Outcome(
                value: combined.term.value * Float(weight), auxiliary: combined.term.auxiliary,
                weight: weight, open: 1, shares: combined.shares)
        }
        guard let labels = context.labels else {
            preconditionFailure("a gate that looks at labels is refused where there are none")
        }
        return try gated(student, teachers, labels, weight, context, &memory)
    }

    /// weight · factor · loss, from the sum of the probabilities of those who teach at this step.
    ///
    /// - Precondition: the term's loss and combination need no more of them.
    func callAsFunction(
        _ view: ModelView, sum: ProbabilitySum, factor: Double, _ context: LossContext
    ) -> Outcome {
        guard let loss = loss as? any SoftTargetLoss,
            let combination = combination as? any SumCombination
        else { preconditionFailure("a relay is refused where more than a sum is needed") }
        var context = context
        context.temperature = Float(group.edge.temperature)
        // A sum counts as if those that are missing had said what the others say in the mean.
        let weight = group.edge.weight * factor * share(of: sum.count, outOf: group.from.count)
        let student = view.summary(loss.summary, of: group.edge.taps.to)
        let term = combination(student, sum, by: loss, context)
        return Outcome(
            value: term.value * Float(weight), auxiliary: term.auxiliary, weight: weight, open: 1)
    }

    /// The mean or sum over teachers, of the samples that the gate lets through.
    private func gated(
        _ student: Variable, _ teachers: [TeacherSummary], _ labels: [Int], _ weight: Double,
        _ context: LossContext, _ memory: inout TermMemory
    ) throws -> Outcome? {
        var total: LossTerm?
        var passed = 0
        for teacher in teachers {
            let rows = rows(of: teacher.value, beside: student.value, labels)
            guard !rows.isEmpty else { continue }
            passed += rows.count
            var context = context
            context.labels = rows.map { labels[$0] }
            let part = try combination.combined(
                student.selecting(rows: rows), [teacher.selecting(rows: rows)], by: loss, context,
                memory: &memory)
            let scaled = part.term * (Float(rows.count) / Float(labels.count))
            total = total.map { $0 + scaled } ?? scaled
        }
        guard let total else { return nil }
        let share = combination.traits.contains(.addsUp) ? 1 : 1 / Double(teachers.count)
        return Outcome(
            value: total.value * Float(weight * share), auxiliary: total.auxiliary, weight: weight,
            open: Double(passed) / Double(labels.count * teachers.count))
    }

    /// Takes what all compute on the validation samples at the end of an epoch.
    func remember(_ validation: ValidationLogits, in memory: inout TermMemory) throws {
        try combination.remember(validation, in: &memory)
    }

    /// The samples of one teacher that the gate lets through.
    private func rows(of teacher: Tensor, beside student: Tensor, _ labels: [Int]) -> [Int] {
        switch group.edge.gate {
        case .correct:
            return zip(teacher.argmax, labels).enumerated().filter { $1.0 == $1.1 }.map(\.offset)
        case .better:
            let (theirs, own) = (
                Variable(teacher).crossEntropy(labels).value.scalar,
                Variable(student).crossEntropy(labels).value.scalar
            )
            return theirs < own ? Array(labels.indices) : []
        case .always: return Array(labels.indices)
        case .cut: return []
        }
    }
}

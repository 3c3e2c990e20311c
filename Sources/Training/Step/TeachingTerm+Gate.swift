import CohortGraph
import Distillation
import NeuralNetwork

/// weight · loss of samples that the same teachers cover, and the gate that leaves samples out.
extension TeachingTerm {
    /// What a part of the batch came to.
    struct Part {
        /// weight · loss.
        var value: Variable
        /// The scalar that the term's own parameter group minimises.
        var auxiliary: Variable?
        var weight: Double
        /// The share of the teachers' samples that the gate let through.
        var open: Double
        /// Each teacher's weight in the target.
        var shares: [Double]?
        /// What private votes have spent.
        var privacy: PrivacySpent?
        /// What the term reports of itself, by name.
        var figures: [String: Figure]
    }

    /// The loss of the samples that a view has, by teachers that cover all of them.
    ///
    /// - Returns: nil where the gate lets nothing through.
    func part(
        of view: ModelView, _ teachers: [TeacherSummary], _ weight: Double,
        _ context: LossContext, _ memory: inout Memory
    ) throws -> Part? {
        let student = view.summary(loss.summary, of: group.edge.taps.to)
        guard group.edge.gate.choosesSamples else {
            let combined = try combined(student, teachers, context, &memory)
            let value = combined.term.value * Float(weight)
            let steady = combined.steady.map { $0 * Float(group.edge.weight) }
            return Part(
                value: steady.map { value + $0 } ?? value, auxiliary: combined.term.auxiliary,
                weight: weight, open: combined.open, shares: combined.shares,
                privacy: combined.privacy, figures: combined.term.figures)
        }
        return try gated(student, teachers, weight, context, &memory)
    }

    /// The loss of some samples by teachers that cover all of them. A loss that remembers the
    /// samples follows one teacher, and so needs no combination.
    private func combined(
        _ student: Variable, _ teachers: [TeacherSummary], _ context: LossContext,
        _ memory: inout Memory
    ) throws -> CombinedLoss {
        if let loss = loss as? any RememberingLoss, let teacher = teachers.first {
            return CombinedLoss(
                term: try loss.remembering(student, teacher.value, context, in: &memory.loss))
        }
        return try combination.combined(
            student, teachers, by: loss, context, memory: &memory.combination)
    }

    /// The mean or sum over teachers, of the samples that the gate lets through.
    private func gated(
        _ student: Variable, _ teachers: [TeacherSummary], _ weight: Double,
        _ context: LossContext, _ memory: inout Memory
    ) throws -> Part? {
        let count = student.shape[0]
        var total: LossTerm?
        var passed = 0
        for teacher in teachers {
            let rows = rows(of: teacher, beside: student.value, context)
            guard !rows.isEmpty else { continue }
            passed += rows.count
            var context = context
            context.select(rows: rows)
            let selected = TeacherSummary(
                name: teacher.name, value: teacher.value.selecting(rows: rows))
            let combined = try combined(
                student.selecting(rows: rows), [selected], context, &memory)
            let scaled = combined.term * (Float(rows.count) / Float(count))
            total = total.map { $0 + scaled } ?? scaled
        }
        guard let total else { return nil }
        let share = combination.traits.contains(.addsUp) ? 1 : 1 / Double(teachers.count)
        return Part(
            value: total.value * Float(weight * share), auxiliary: total.auxiliary, weight: weight,
            open: Double(passed) / Double(count * teachers.count), figures: total.figures)
    }

    /// The samples of one teacher that the gate lets through.
    private func rows(
        of teacher: TeacherSummary, beside student: Tensor, _ context: LossContext
    ) -> [Int] {
        let all = Array(0..<student.shape[0])
        switch group.edge.gate {
        case .correct:
            return zip(teacher.value.argmax, context.requiredLabels).enumerated()
                .filter { $1.0 == $1.1 }.map(\.offset)
        case .better:
            let labels = context.requiredLabels
            let (theirs, own) = (
                Variable(teacher.value).crossEntropy(labels).value.scalar,
                Variable(student).crossEntropy(labels).value.scalar
            )
            return theirs < own ? all : []
        case .met:
            guard let tasks = context.tasks else {
                preconditionFailure("gate 'met' is refused where there are no tasks")
            }
            let samples = context.requiredSamples
            return all.filter { tasks.hasMet(teacher.name, samples[$0]) }
        case .through, .linear: return all
        case .cutoff: return []
        }
    }
}

import Distillation
import NeuralNetwork
import Reporting

/// What one teacher said of the samples of a batch, or of some of them.
struct SaidOfBatch {
    let name: String
    /// Of all samples; of those of which nothing was said it means nothing.
    let tensor: Tensor
    /// How many steps ago each sample was spoken of; nil where it was not.
    let ages: [Int?]

    init(_ name: String, _ found: KnowledgeBank.Found) {
        self.name = name
        tensor = found.tensor
        ages = found.ages
    }

    /// All that is due, in time.
    init(_ name: String, _ tensor: Tensor) {
        self.name = name
        self.tensor = tensor
        ages = Array(repeating: 0, count: tensor.shape[0])
    }
}

/// The term of a group in which the latest that was said of a sample stands in for what does not come.
extension LearningStep {
    /// The sum over the parts of the batch that the same teachers spoke of, each by its share of the batch;
    /// samples of which nobody spoke have no part in it.
    ///
    /// - Parameter said: in any order.
    func teach(
        _ view: ModelView, _ term: TeachingTerm, _ planned: [String], _ said: [SaidOfBatch],
        _ factor: Double, _ context: LossContext, into outcome: inout StepOutcome
    ) -> [Variable] {
        let said = planned.compactMap { name in said.first { $0.name == name } }
        let samples = said[0].ages.count
        var total = TermReport(value: 0, weight: 0, open: 0)
        var parts: [Variable] = []
        for (rows, speakers) in Self.parts(of: said) {
            var context = context
            context.labels = context.labels.map { labels in rows.map { labels[$0] } }
            let share = term.share(of: speakers.count, outOf: planned.count)
            let result = term(
                view.responses(of: rows),
                teachers: speakers.map { said[$0].tensor.selecting(rows: rows) },
                factor: factor * share, context)
            guard let result else { continue }
            let part = result.value * (Float(rows.count) / Float(samples))
            total.add(result, value: part, share: Double(rows.count) / Double(samples))
            parts.append(part)
        }
        outcome.terms[term.name] = total
        return parts
    }

    /// The rows of which the same teachers spoke, and these by their number; in the order of their first
    /// rows.
    private static func parts(of said: [SaidOfBatch]) -> [(rows: [Int], speakers: [Int])] {
        let rows = said[0].ages.indices
        let parts = Dictionary(grouping: rows) { row in
            said.indices.filter { said[$0].ages[row] != nil }
        }
        return parts.filter { !$0.key.isEmpty }.map { ($0.value, $0.key) }
            .sorted { $0.rows[0] < $1.rows[0] }
    }
}

extension StepOutcome {
    /// The latest of those who did not speak of this batch; which samples it is of is noted.
    fileprivate mutating func note(_ found: [SaidOfBatch]) {
        for said in found where banked[said.name] == nil {
            let ages = said.ages.compactMap(\.self)
            banked[said.name] = (ages.count, ages.reduce(0, +))
        }
    }

    /// The latest that was said of some samples by those who did not speak of this batch, where the term
    /// takes that in their stead.
    mutating func banked(
        _ term: TeachingTerm, _ absent: [String], of samples: [Int]?
    ) -> [SaidOfBatch] {
        guard case .bank(let age) = term.group.edge.missing, let samples else { return [] }
        let found = absent.compactMap { name in
            state.bank.latest(of: name, term.offer.name, samples, at: state.step, age: age)
                .map { SaidOfBatch(name, $0) }
        }
        note(found)
        return found
    }
}

extension TermReport {
    /// Adds what a part of the batch came to, which is so large a share of it.
    fileprivate mutating func add(_ part: TeachingTerm.Outcome, value: Variable, share: Double) {
        self.value += Double(value.value.scalar)
        weight += part.weight * share
        open += part.open * share
    }
}

import Bytes
import CohortGraph
import Distillation
import NeuralNetwork
import Reporting

/// One term of a learner's loss that comes from teachers: an edge group with its loss, its
/// combination and the source of its targets.
public struct TeachingTerm: Sendable {
    /// What the term is called in reports: the loss and who teaches.
    public let name: String
    /// Its number among the groups of the stage.
    let index: Int
    let group: EdgeGroup
    let offer: KnowledgeOffer
    let source: any TargetSource
    let loss: any DistillationLoss
    let combination: any Combination
    /// The key of a replicated loss, which the other side has too; nil for others.
    let replica: RandomKey?

    /// - Parameters:
    ///   - index: the group's number among the groups of the stage.
    ///   - isRelayed: whether the group's knowledge goes through relays.
    ///   - loss: prepared for the shapes of both sides.
    ///   - combination: prepared for the number of teachers.
    ///   - replica: the key of a replicated loss, which the other side has too.
    public init(
        _ group: EdgeGroup, index: Int, name: String, offer: KnowledgeOffer,
        isRelayed: Bool = false, loss: any DistillationLoss, combination: any Combination,
        replica: RandomKey? = nil
    ) {
        self.name = name
        self.index = index
        self.group = group
        self.offer = offer
        self.loss = loss
        self.combination = combination
        self.replica = replica
        source = TargetSources.source(
            of: TermDescription(group: group, offer: offer, isRelayed: isRelayed))
    }

    /// What the term remembers from step to step: part of the learner's state and of its
    /// checkpoints.
    public struct Memory: Codable, Hashable, Sendable {
        /// The memory of the source of the targets.
        package var source = TermMemory()
        /// The memory of the combination.
        package var combination = TermMemory()
        /// The memory of the loss.
        package var loss = TermMemory()
    }

    /// What the term came to at one step.
    struct Outcome {
        /// weight · factor · loss: one scalar for each part of the batch that the same teachers
        /// cover, each by its share of the batch. None where nothing is taught.
        var parts: [Variable] = []
        /// The scalar that the term's own parameter group minimises.
        var auxiliary: Variable?
        var report = TermReport(value: 0, weight: 0, open: 0)
        /// How far the learner is from each teacher, by name.
        var comparisons: [String: Comparison] = [:]
        /// The stored rows that stood in for late teachers, by name: how many samples, and the sum
        /// of their ages in steps.
        var banked: [String: (samples: Int, ages: Int)] = [:]
        /// The largest magnitude of the teachers' values, where the term is not finite.
        var largestTarget: Float?
    }

    /// The term of the request's step; the result has no parts where there are no targets.
    ///
    /// - Parameters:
    ///   - factor: of the schedule, above 0.
    ///   - memory: replaced by what the term remembers after the step.
    /// - Throws: ``ExchangeFailure`` where a teacher sent something else than the term needs.
    func callAsFunction(
        _ request: TargetRequest, factor: Double, _ context: LossContext, memory: inout Memory
    ) throws -> Outcome {
        var context = context
        context.temperature = Float(group.edge.temperature)
        let weight = group.edge.weight * factor
        // The rows of responses that count where some positions are padding.
        let counted = loss.summary == .logits ? request.batch.counted : nil
        if let counted {
            guard !counted.isEmpty else { return Outcome() }
            context.select(rows: counted)
        }
        let view =
            counted.map { request.view.responses(of: $0, at: group.edge.taps.to) } ?? request.view
        switch try source.targets(for: request, memory: &memory.source) {
        case nil: return Outcome()
        case .sum(let sum):
            return outcome(of: counted.map(sum.selecting) ?? sum, view, weight, context)
        case .rows(let all):
            let rows = counted.map { counted in all.map { $0.selecting(rows: counted) } } ?? all
            var outcome =
                try rows.allSatisfy(\.isCurrent)
                ? outcome(of: rows, view, request, weight, context, &memory)
                : outcome(ofParts: rows, view, request, weight, context, &memory)
            note(rows, of: view, in: &outcome)
            if !outcome.report.value.isFinite {
                outcome.largestTarget = rows.map(\.values.largestMagnitude).max()
            }
            return outcome
        }
    }

    /// By how much the weight of a term of some teachers grows where others are missing: a sum
    /// counts as if the missing taught what the others teach in the mean; a mean does so by itself.
    private func share(of present: Int, outOf expected: Int) -> Double {
        combination.traits.contains(.addsUp) && present > 0
            ? Double(expected) / Double(present) : 1
    }

    /// The term where the targets are the sum of several teachers' probabilities.
    ///
    /// - Precondition: the loss and the combination need no more than the sum.
    private func outcome(
        of sum: ProbabilitySum, _ view: ModelView, _ weight: Double, _ context: LossContext
    ) -> Outcome {
        guard let loss = loss as? any SoftTargetLoss,
            let combination = combination as? any SumCombination
        else { preconditionFailure("a relay is refused where more than a sum is needed") }
        let weight = weight * share(of: sum.count, outOf: group.from.count)
        let student = view.summary(loss.summary, of: group.edge.taps.to)
        let value = combination(student, sum, by: loss, context).value * Float(weight)
        let smallest = Variable(sum.mean).map(.atLeast(.leastNormalMagnitude))
        let logits = (smallest.log() * context.temperature).value
        return Outcome(
            parts: [value],
            report: TermReport(value: Double(value.value.scalar), weight: weight, open: 1),
            comparisons: [
                "mean of \(sum.count)": Comparison(teacher: logits, student: view.logits.value)
            ])
    }

    /// The term where every teacher covers the whole batch.
    private func outcome(
        of rows: [TeacherRows], _ view: ModelView, _ request: TargetRequest, _ weight: Double,
        _ context: LossContext, _ memory: inout Memory
    ) throws -> Outcome {
        guard rows.count == request.teachers.count || !combination.traits.contains(.needsAll)
        else { return Outcome() }
        let teachers = rows.map { TeacherSummary(name: $0.name, value: $0.values) }
        let share = share(of: rows.count, outOf: request.teachers.count)
        guard
            let part = try part(of: view, teachers, weight * share, context, &memory)
        else { return Outcome() }
        return Outcome(
            parts: [part.value], auxiliary: part.auxiliary,
            report: TermReport(
                value: Double(part.value.value.scalar), weight: part.weight, open: part.open,
                shares: part.shares, privacy: part.privacy.map { PrivacyReport($0) },
                figures: part.figures.means))
    }

    /// The term where teachers cover different samples: the sum over the parts of the batch that
    /// the same teachers cover. Samples that no teacher covers have no part in it.
    private func outcome(
        ofParts rows: [TeacherRows], _ view: ModelView, _ request: TargetRequest,
        _ weight: Double, _ context: LossContext, _ memory: inout Memory
    ) throws -> Outcome {
        var outcome = Outcome()
        var figures: [String: Figure] = [:]
        let count = rows[0].ages.count
        for (samples, covering) in Self.parts(of: rows) {
            var context = context
            context.select(rows: samples)
            let share = share(of: covering.count, outOf: request.teachers.count)
            let teachers = covering.map {
                TeacherSummary(
                    name: rows[$0].name, value: rows[$0].values.selecting(rows: samples))
            }
            guard
                let part = try part(
                    of: view.responses(of: samples, at: group.edge.taps.to), teachers,
                    weight * share, context,
                    &memory)
            else { continue }
            let fraction = Double(samples.count) / Double(count)
            let value = part.value * (Float(samples.count) / Float(count))
            outcome.parts.append(value)
            outcome.auxiliary = LossTerm.sum(
                outcome.auxiliary, part.auxiliary.map { $0 * Float(fraction) })
            figures = figures + part.figures
            outcome.report.value += Double(value.value.scalar)
            outcome.report.weight += part.weight * fraction
            outcome.report.open += part.open * fraction
        }
        outcome.report.figures = figures.means
        return outcome
    }

    /// The samples that the same teachers cover, and these teachers by their place; in the order of
    /// their first samples.
    private static func parts(of rows: [TeacherRows]) -> [(samples: [Int], covering: [Int])] {
        let parts = Dictionary(grouping: rows[0].ages.indices) { sample in
            rows.indices.filter { rows[$0].ages[sample] != nil }
        }
        return parts.filter { !$0.key.isEmpty }.map { ($0.value, $0.key) }
            .sorted { $0.samples[0] < $1.samples[0] }
    }

    /// Compares the learner with the teachers of this step, and counts the rows of earlier steps.
    private func note(_ rows: [TeacherRows], of view: ModelView, in outcome: inout Outcome) {
        for row in rows {
            guard row.isCurrent else {
                // A learner's own past stands in for nobody.
                guard row.name != group.to else { continue }
                let ages = row.ages.compactMap(\.self)
                outcome.banked[row.name] = (ages.count, ages.reduce(0, +))
                continue
            }
            // How far the learner is from one teacher would tell that teacher's votes.
            guard offer.summary == .logits, !combination.traits.contains(.countsVotes) else {
                continue
            }
            let exits = group.edge.taps.responses
            let seen =
                group.edge.augmentation.hasStrong ? "~\(group.edge.augmentation.summary)" : ""
            outcome.comparisons[(exits.map { "\(row.name):\($0)" } ?? row.name) + seen] =
                Comparison(
                    teacher: row.values,
                    student: view.summary(.logits, of: group.edge.taps.to).value)
        }
    }
}

extension [String: Figure] {
    /// The means by name; nil where there are none.
    fileprivate var means: [String: Double]? { isEmpty ? nil : mapValues(\.mean) }
}

extension Tensor {
    /// The largest magnitude of its elements; infinite where one is not a number.
    fileprivate var largestMagnitude: Float {
        values.reduce(0) { $1.isNaN ? .infinity : max($0, abs($1)) }
    }
}

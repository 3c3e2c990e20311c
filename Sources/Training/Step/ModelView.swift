import Bytes
import CohortGraph
import Distillation
import NeuralNetwork

/// What one forward pass shows of the samples that the cohort teaches on.
struct ModelView {
    /// N×classes.
    let logits: Variable
    private let taps: Activations
    private let rows: Range<Int>

    /// - Parameters:
    ///   - logits: of all samples of the pass.
    ///   - rows: those that the cohort teaches on.
    init(logits: Variable, taps: Activations, rows: Range<Int>) {
        self.logits = logits.rows(rows)
        self.taps = taps
        self.rows = rows
    }

    /// The same as constants.
    var detached: ModelView {
        ModelView(logits: logits.detached, detaching: taps, rows: rows)
    }

    /// The same with false logits, as constants.
    func falsified(by behaviour: ByzantineBehaviour, key: RandomKey) -> ModelView {
        let lie = behaviour.falsified(logits.value, key: key)
        return ModelView(logits: Variable(lie), detaching: taps, rows: rows)
    }

    /// The responses to some of the samples, those of early exits at some places among them, and
    /// nothing else.
    func responses(of rows: [Int], at places: [String]) -> ModelView {
        let exits = taps.selecting(places) { $0.rows(self.rows).selecting(rows: rows) }
        return ModelView(
            logits: logits.selecting(rows: rows), taps: exits, rows: 0..<rows.count)
    }

    private init(logits: Variable, detaching taps: Activations, rows: Range<Int>) {
        self.logits = logits
        self.taps = taps.detached
        self.rows = rows
    }

    /// What a loss compares; of logits those of an early exit, where one is named.
    ///
    /// - Precondition: the model has these taps, as was checked when the learner was assembled.
    func summary(_ summary: Summary, of names: [String]) -> Variable {
        guard summary != .logits || !names.isEmpty else { return logits }
        return summary(
            names.map { name in
                if name == Taps.logits { return logits }
                guard let activation = taps[name] else { preconditionFailure("no tap '\(name)'") }
                return activation.rows(rows)
            })
    }
}

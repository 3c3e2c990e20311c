import Bytes
import CohortGraph
import Distillation
import NeuralNetwork

/// What one forward pass shows of the samples that the cohort teaches on.
struct ModelView {
    /// N×classes, or N·T×classes where every position has an answer.
    let logits: Variable
    private let taps: Activations
    private let rows: Range<Int>
    /// Of a pass that notes them, layers×2; of all its samples together.
    private let moments: Variable?
    /// What becomes of the logits of early exits; nil for what they are.
    private let falsifying: ((Tensor) -> Tensor)?

    /// - Parameters:
    ///   - logits: of all samples of the pass.
    ///   - rows: the samples that the cohort teaches on.
    ///   - rowsPerSample: how many rows of logits each has.
    ///   - moments: see ``ForwardPass/momentDistances``.
    init(
        logits: Variable, taps: Activations, rows: Range<Int>, rowsPerSample: Int,
        moments: Variable? = nil
    ) {
        self.logits = logits.rows(
            rows.lowerBound * rowsPerSample..<rows.upperBound * rowsPerSample)
        self.taps = taps
        self.rows = rows
        self.moments = moments
        falsifying = nil
    }

    /// The same as constants.
    var detached: ModelView {
        ModelView(
            logits: logits.detached, detaching: taps, rows: rows, moments?.detached, falsifying)
    }

    /// The same with false logits, those of early exits too, as constants.
    func falsified(by behaviour: ByzantineBehaviour, key: RandomKey) -> ModelView {
        let falsifying = { (logits: Tensor) in behaviour.falsified(logits, key: key) }
        return ModelView(
            logits: Variable(falsifying(logits.value)), detaching: taps, rows: rows,
            moments?.detached, falsifying)
    }

    /// Some rows of the responses, those of early exits at some places among them, and nothing
    /// else.
    func responses(of rows: [Int], at places: [String]) -> ModelView {
        let exits = taps.selecting(places) { $0.rows(self.rows).selecting(rows: rows) }
        return ModelView(
            logits: logits.selecting(rows: rows), taps: exits, rows: 0..<rows.count,
            rowsPerSample: 1)
    }

    private init(
        logits: Variable, detaching taps: Activations, rows: Range<Int>, _ moments: Variable?,
        _ falsifying: ((Tensor) -> Tensor)?
    ) {
        self.logits = logits
        self.moments = moments
        self.taps = taps.detached
        self.rows = rows
        self.falsifying = falsifying
    }

    /// What a loss compares; of logits those of an early exit, where one is named, or the mean of
    /// several exits' logits.
    ///
    /// - Precondition: the model has these taps, as was checked when the learner was assembled.
    func summary(_ summary: Summary, of names: [String]) -> Variable {
        if summary.isOfLayers {
            guard let moments else { preconditionFailure("a pass that notes no moments") }
            return moments
        }
        guard summary == .logits else { return summary(names.map(activation)) }
        guard let first = names.first else { return logits }
        guard names.count > 1 else { return response(first) }
        let sum = names.dropFirst().reduce(response(first)) { $0 + response($1) }
        return sum / Float(names.count)
    }

    private func activation(_ name: String) -> Variable {
        if name == Taps.logits { return logits }
        guard let activation = taps[name] else { preconditionFailure("no tap '\(name)'") }
        return activation.rows(rows)
    }

    /// The logits of one exit, or of the last layer.
    private func response(_ name: String) -> Variable {
        let honest = activation(name)
        guard let falsifying, name != Taps.logits else { return honest }
        return Variable(falsifying(honest.value))
    }
}

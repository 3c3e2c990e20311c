import Bytes
import NeuralNetwork

/// Sequences that a language model writes itself: it continues the beginnings of a batch's samples,
/// so that its teacher judges it where it comes to by itself (*On-Policy Distillation of Language
/// Models*, Agarwal et al. 2024).
///
/// What a step writes follows from the weights before the step: a learner that is started again
/// writes the same.
public struct OnPolicySamples: Hashable, Sendable {
    /// The probability with which a step's sequences are written; the others are those of the data.
    public var share: Double
    /// How many tokens of each sample are kept as the beginning.
    public var prompt: Int
    /// How tokens are chosen.
    public var choice: TokenChoice

    /// - Precondition: a share is in 0...1, and a beginning has a token.
    public init(share: Double, prompt: Int, choice: TokenChoice) {
        precondition((0...1).contains(share) && prompt > 0, "a share, and a token to begin with")
        self.share = share
        self.prompt = prompt
        self.choice = choice
    }

    /// A batch whose sequences the model has continued; nil at a step that takes those of the data.
    ///
    /// It has no labels and no numbers, and those rows count that predict what was written.
    ///
    /// - Parameter key: the learner's.
    func written(over batch: Batch, by model: Model, _ state: LearnerState, key: RandomKey)
        -> Batch?
    {
        let key = key.child("on-policy")
        guard Double(key.uniform(at: state.step)) < share else { return nil }
        let length = model.rowsPerSample
        let tokens = batch.images.values.map { Int($0) }
        let prompts = (0..<batch.count).map { Array(tokens[$0 * length..<$0 * length + prompt]) }
        let rest = model.continuations(
            of: prompts, by: length - prompt, state.parameters, state.buffers, choice: choice,
            key: key.child(state.step))
        var written = batch
        written.images = Tensor(
            shape: batch.images.shape,
            values: zip(prompts, rest).flatMap { ($0 + $1).map { Float($0) } })
        (written.labels, written.samples, written.isWritten) = (nil, nil, true)
        written.counted = (0..<batch.count).flatMap { sample in
            sample * length + prompt - 1..<(sample + 1) * length - 1
        }
        return written
    }
}

import Options

/// A version of a learner's weights: their exponential moving average over the steps, as in *Mean
/// teachers are better role models* (Tarvainen and Valpola 2017).
///
/// After step t, counted from 1, the average θ′ becomes a·θ′ + (1 − a)·θ, a = min(1 − 1/(t + 1),
/// decay): at first the plain mean of all weights so far. It begins as the initial weights.
public struct MovingAverage: Hashable, Sendable {
    /// What becomes of the running moments of batch normalization.
    public enum Moments: String, CaseIterable, Sendable {
        /// The passes move them by which the average teaches, as in the authors' code.
        case own
        /// They are averaged as the weights are.
        case averaged
    }

    /// The largest part of the average that stays at a step.
    public var decay: Double
    /// What becomes of the running moments.
    public var moments: Moments

    /// An average; by default with running moments of its own.
    public init(decay: Double, moments: Moments = .own) {
        (self.decay, self.moments) = (decay, moments)
    }

    /// The part of the average that stays at a step, counted from 1.
    public func kept(at step: Int) -> Double { min(1 - 1 / Double(step + 1), decay) }

    /// Reads the two options, by the name of the first.
    init(options: inout OptionReader, decay key: String) {
        decay = options.value(
            key, default: 0.999, in: 0...1, help: "the part of the average that stays at a step")
        moments = options.choice(
            "moments", default: .own,
            help: "running moments: moved by the average's own passes, or averaged")
    }
}

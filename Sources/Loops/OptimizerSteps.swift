/// The settings of one step of stochastic gradient descent, as PyTorch defines it (dampening 0).
public struct SGDStep: Sendable {
    /// The learning rate.
    public var rate: Float
    /// The share of the velocity that remains; 0 for no velocity at all.
    public var momentum: Float
    /// The factor of the L2 penalty's gradient.
    public var decay: Float
    /// Whether the weights move along the velocity after the next step (Nesterov 1983).
    public var isNesterov: Bool

    /// The settings of a step.
    public init(rate: Float, momentum: Float, decay: Float, isNesterov: Bool) {
        self.rate = rate
        self.momentum = momentum
        self.decay = decay
        self.isNesterov = isNesterov
    }
}

/// The settings of one step of AdamW (Loshchilov and Hutter 2019).
public struct AdamWStep: Sendable {
    /// The learning rate.
    public var rate: Float
    /// The share that remains of the mean of gradients, and of the mean of their squares.
    public var beta1: Float
    /// The share that remains of the mean of squares.
    public var beta2: Float
    /// Added to the root of the mean square.
    public var epsilon: Float
    /// The decoupled weight decay, which the rate multiplies.
    public var decay: Float
    /// 1 − β₁ᵗ and 1 − β₂ᵗ at step t, counted from 1.
    public var corrections: (first: Float, second: Float)

    /// The settings of a step.
    public init(
        rate: Float, beta1: Float, beta2: Float, epsilon: Float, decay: Float,
        corrections: (first: Float, second: Float)
    ) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.decay = decay
        self.corrections = corrections
    }
}

/// The settings of one step of Lion (Chen et al. 2023).
public struct LionStep: Sendable {
    /// The learning rate.
    public var rate: Float
    /// The share of the mean of gradients in the direction of a step.
    public var beta1: Float
    /// The share that remains of the mean of gradients.
    public var beta2: Float
    /// The decoupled weight decay, which the rate multiplies.
    public var decay: Float

    /// The settings of a step.
    public init(rate: Float, beta1: Float, beta2: Float, decay: Float) {
        self.rate = rate
        self.beta1 = beta1
        self.beta2 = beta2
        self.decay = decay
    }
}

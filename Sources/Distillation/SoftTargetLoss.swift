import NeuralNetwork

/// A loss that compares probabilities, of which the likeliest classes say nearly all.
public protocol ProbabilityLoss: DistillationLoss {}

/// A divergence that depends on the teachers only through target probabilities and a constant.
///
/// The probabilities are a ``ProbabilitySum``'s, so that any number of teachers in any order give
/// the same bits.
public protocol SoftTargetLoss: ProbabilityLoss {
    /// The loss averaged over the batch, from logits N×classes and targets of the same shape.
    func callAsFunction(
        _ student: Variable, toward targets: SoftTargets, _ context: LossContext
    ) -> LossTerm
}

extension SoftTargetLoss {
    /// Both sides are logits.
    public var summary: Summary { .logits }

    /// The loss towards the probabilities of one teacher.
    public func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sum = ProbabilitySum(of: [teacher], temperature: context.temperature)
        return self(student, toward: SoftTargets(eachOf: sum), context)
    }
}

/// Where teachers draw a learner: probabilities, and how far the teachers are from them.
public struct SoftTargets: Sendable {
    /// N×classes.
    public let probabilities: Tensor
    /// The mean over samples and teachers of KL(p_m‖p̄), p̄ the probabilities, in nats: by so much
    /// the mean divergence from each teacher exceeds that from their mean.
    public let spread: Double

    /// Of the mean divergence from each teacher: 1/M · Σ KL(p_m‖·).
    public init(eachOf sum: ProbabilitySum) {
        probabilities = sum.mean
        spread = sum.meanSpread
    }

    /// Of the divergence from the teachers' mean: KL(1/M · Σ p_m‖·).
    public init(meanOf sum: ProbabilitySum) {
        probabilities = sum.mean
        spread = 0
    }
}

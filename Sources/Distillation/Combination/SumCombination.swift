import NeuralNetwork

/// A combination that needs no more of the teachers than the sum of their probabilities, where the
/// loss takes soft targets: what relays can carry.
public protocol SumCombination: Combination {
    /// The loss of a learner that several teach.
    ///
    /// - Parameters:
    ///   - student: logits N×classes.
    ///   - sum: of the teachers' softened probabilities for the same samples, of at least one.
    func callAsFunction(
        _ student: Variable, _ sum: ProbabilitySum, by loss: any SoftTargetLoss,
        _ context: LossContext
    ) -> LossTerm
}

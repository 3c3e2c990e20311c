import NeuralNetwork

extension CombinedLoss {
    /// The loss of a learner with logits z against an ensemble with logits z_e that learns from the
    /// labels:
    ///
    ///     T²·KL(softmax(z_e / T)‖softmax(z / T)), z_e a constant, and CE(y, z_e)
    ///
    /// - Parameters:
    ///   - ensemble: z_e, N×classes.
    ///   - own: z, N×classes.
    ///   - shares: each member's weight for each sample, N×M; nil where members have none.
    init(
        of own: Variable, from ensemble: Variable, shares: Variable? = nil, _ context: LossContext
    ) {
        let target = ensemble.detached.logProbabilities(at: context.temperature)
        self.init(of: own, fromLogarithms: target, shares: shares, context)
        steady = ensemble.relativeToRowMaxima().crossEntropy(context.requiredLabels)
    }

    /// T²·KL(p‖softmax(z / T)) of a learner with logits z.
    ///
    /// - Parameters:
    ///   - own: z, N×classes.
    ///   - target: log p, N×classes.
    ///   - shares: each member's weight for each sample, N×M; nil where members have none.
    init(
        of own: Variable, fromLogarithms target: Variable, shares: Variable?, _ context: LossContext
    ) {
        let temperature = context.temperature
        self.init(
            term: LossTerm(
                divergence(
                    from: target, to: own.logProbabilities(at: temperature),
                    temperature: temperature)),
            shares: shares.map { $0.mean(along: [0]).value.values.map(Double.init) })
    }
}

extension DistillationLoss {
    /// The loss as one that pairs logits with an activation.
    ///
    /// - Precondition: it does so, as the trait ``CombinationTraits/needsPairs`` demands of it.
    var pairing: PeerDivergence {
        guard let loss = self as? PeerDivergence else {
            preconditionFailure("a loss that pairs no logits is refused")
        }
        return loss
    }
}

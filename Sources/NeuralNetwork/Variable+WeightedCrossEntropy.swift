extension Variable {
    /// The mean cross-entropy of logits N×classes against labels, in nats, weighted by the classes
    /// of the samples, as PyTorch's `CrossEntropyLoss` has it: Σ wᵧ·loss / Σ wᵧ.
    ///
    /// - Parameters:
    ///   - weights: one for each class, above 0.
    ///   - smoothing: the share ε of each target that is spread over all classes, each by its
    ///     weight.
    public func crossEntropy(
        _ labels: [Int], weights: [Float], smoothing: Float = 0
    ) -> Variable {
        let (count, classes) = (shape[0], shape[1])
        precondition(labels.count == count, "a label for each sample")
        precondition(weights.count == classes, "a weight for each class")
        let total = labels.reduce(into: 0 as Float) { $0 += weights[$1] }
        let spread = weights.map { smoothing / Float(classes) * $0 / total }
        var targets: [Float] = []
        targets.reserveCapacity(count * classes)
        for label in labels {
            targets += spread
            targets[targets.count - classes + label] += (1 - smoothing) * weights[label] / total
        }
        let constant = Variable(Tensor(shape: [count, classes], values: targets))
        return -(constant * logSoftmax()).sum()
    }
}

import NeuralNetwork

extension Objective {
    /// How much each part of the loss counts: the derivatives of the objective in the task loss and
    /// in each term. Of a sum they are 1.
    ///
    /// - Parameter parameters: what the objective learns, as constants.
    /// - Returns: those of the terms in their order.
    package func factors(
        task: Variable, _ terms: [TermLoss], _ parameters: ForwardPass
    ) -> (task: Float, terms: [Float]) {
        let tape = Tape()
        let own = tape.leaf(task.value)
        let losses = terms.map { tape.leaf($0.sum.value) }
        let scalar = self(
            task: own, zip(terms, losses).map { TermLoss(place: $0.place, parts: [$1]) },
            parameters)
        if scalar.needsGradient { tape.backward(from: scalar) }
        func factor(_ leaf: Variable) -> Float { leaf.gradient?.scalar ?? 0 }
        return (factor(own), losses.map(factor))
    }
}

extension TermLoss {
    /// The whole term.
    package var sum: Variable { parts.dropFirst().reduce(parts[0], +) }
}

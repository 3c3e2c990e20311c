import NeuralNetwork

extension [Variable] {
    /// Σ_i w_i·z_i of each sample, of members' logits N×classes by weights N×members.
    func weighed(by weights: Variable) -> Variable {
        let columns = weights.split(intoColumns: map { _ in 1 })
        let parts = zip(columns, self).map { $0 * $1 }
        return parts.dropFirst().reduce(parts[0], +)
    }
}

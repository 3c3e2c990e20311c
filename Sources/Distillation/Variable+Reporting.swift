import NeuralNetwork

extension Variable {
    /// The same scalar with a value that was computed better; the gradient passes through as it is.
    /// A value that is not finite stays, so that it is noticed.
    func reporting(_ exact: Double) -> Variable {
        let better = Float(exact)
        guard value.scalar.isFinite, better.isFinite else { return self }
        return .operation(Tensor(better), of: [self]) { g in [g] }
    }
}

/// How strongly a teaching term pulls at the learner's model, and which way, in means over the
/// steps at which gradients are compared.
///
/// Gradients are those in the model's parameters that a step updates, with the weights by which the
/// objective counts its parts, before clipping.
public struct GradientReport: Codable, Hashable, Sendable {
    /// The Euclidean norm of the term's gradient.
    public var norm: Double
    /// Its part, in 0...1, of the sum of the norms of the task's gradient and of every term's; nil
    /// where all are zero.
    public var share: Double?
    /// The cosine of the angle to the gradient of the task loss, in -1...1: below 0 the term moves
    /// the model against its own labels. Nil where either is zero, or the step had no labels.
    public var cosine: Double?

    /// The report of one step, or of an interval.
    public init(norm: Double, share: Double? = nil, cosine: Double? = nil) {
        (self.norm, self.share, self.cosine) = (norm, share, cosine)
    }

    /// The mean of several steps; nil of none.
    init?(mean reports: [GradientReport]) {
        guard !reports.isEmpty else { return nil }
        func known(_ values: [Double]) -> Double? { values.isEmpty ? nil : mean(values) }
        self.init(
            norm: mean(reports.map(\.norm)), share: known(reports.compactMap(\.share)),
            cosine: known(reports.compactMap(\.cosine)))
    }
}

import CohortGraph
import Foundation

/// Whether numbers can be the sum of several learners' probabilities and negative entropies.
struct SumCheck {
    /// How many learners' sum it would be.
    let count: Int
    private let units: [Int64]
    private let classes: Int

    /// - Throws: ``WireError`` where a tensor is not N×(classes+1) in fixed point.
    init(of tensor: KnowledgeTensor) throws(WireError) {
        units = try tensor.units()
        classes = max(1, (tensor.shape.last ?? 0) - 1)
        let total = units.prefix(classes).reduce(0.0) { $0 + Double($1) }
        let count = (total / KnowledgeTensor.unitsPerOne).rounded()
        self.count = count.magnitude < 1e9 ? Int(count) : -1
    }

    /// What is wrong, if anything: each sample's must be of the same number of learners, no
    /// probability be negative, and no entropy be negative or above that of equal probabilities.
    ///
    /// Single precision makes each learner's probabilities add up to 1 within 10⁻³ at worst.
    var objection: String? {
        guard count >= 0 else { return "is the sum of no number of learners" }
        let (learners, one) = (Double(count), KnowledgeTensor.unitsPerOne)
        let slack = min(0.4, 1e-3 * learners)
        let leastEntropy = -(learners * log(Double(classes)) + slack) * one
        for start in stride(from: 0, to: units.count, by: classes + 1) {
            var (total, isNegative) = (0.0, false)
            for unit in units[start..<start + classes] {
                total += Double(unit)
                isNegative = isNegative || unit < 0
            }
            guard !isNegative, abs(total - learners * one) <= slack * one else {
                return "has rows that are not the probabilities of \(count) learners"
            }
            guard leastEntropy...slack * one ~= Double(units[start + classes]) else {
                return "has entropies that are not those of \(count) learners"
            }
        }
        return nil
    }
}

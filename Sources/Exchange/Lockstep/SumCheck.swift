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
        let learners = Double(count)
        let slack = min(0.4, 1e-3 * learners)
        for start in stride(from: 0, to: units.count, by: classes + 1) {
            let row = units[start..<start + classes].map {
                Double($0) / KnowledgeTensor.unitsPerOne
            }
            guard row.allSatisfy({ $0 >= 0 }), abs(row.reduce(0, +) - learners) <= slack else {
                return "has rows that are not the probabilities of \(count) learners"
            }
            let entropy = -Double(units[start + classes]) / KnowledgeTensor.unitsPerOne
            guard -slack...learners * log(Double(classes)) + slack ~= entropy else {
                return "has entropies that are not those of \(count) learners"
            }
        }
        return nil
    }
}

import CohortGraph
import Foundation

/// Whether numbers can be the sum of several learners' probabilities and negative entropies.
struct SumCheck {
    /// How many learners' sum it would be; -1 where it is that of no number of learners.
    let count: Int
    private let units: [UInt8]
    private let classes: Int
    private let samples: Int

    /// - Throws: ``WireError`` where a tensor is not N×(classes+1) in fixed point.
    init(of tensor: KnowledgeTensor) throws(WireError) {
        let bytes = try tensor.unitBytes()
        units = bytes
        classes = max(1, (tensor.shape.last ?? 0) - 1)
        samples = bytes.count / (8 * (classes + 1))
        let first = bytes.count > 0 ? 0..<classes : 0..<0
        let total = unsafe Self.total(of: first, in: bytes.span.bytes).sum
        let exact = (Double(total) / KnowledgeTensor.unitsPerOne).rounded()
        count = 0...1e9 ~= exact ? Int(exact) : -1
    }

    /// What is wrong, if anything: each sample's must be of the same number of learners, no
    /// probability be negative, and no entropy be negative or above that of equal probabilities.
    ///
    /// Single precision makes each learner's probabilities add up to 1 within 10⁻³ at worst.
    var objection: String? {
        guard count >= 0 else { return "is the sum of no number of learners" }
        let (learners, one) = (Double(count), KnowledgeTensor.unitsPerOne)
        let slack = min(0.4, 1e-3 * learners)
        let totals = Int128((learners - slack) * one)...Int128((learners + slack) * one)
        let leastEntropy = -(learners * log(Double(classes)) + slack) * one
        let entropies = Int128(leastEntropy)...Int128(slack * one)
        let bytes = unsafe units.span.bytes
        for start in stride(from: 0, to: samples * (classes + 1), by: classes + 1) {
            let total = Self.total(of: start..<start + classes, in: bytes)
            guard !total.hasNegative, totals.contains(total.sum) else {
                return "has rows that are not the probabilities of \(count) learners"
            }
            guard entropies.contains(Int128(Self.unit(start + classes, in: bytes))) else {
                return "has entropies that are not those of \(count) learners"
            }
        }
        return nil
    }

    /// The sum of some of the units, and whether one of them is negative.
    private static func total(
        of places: Range<Int>, in bytes: RawSpan
    ) -> (sum: Int128, hasNegative: Bool) {
        var (sum, signs) = (Int128(0), Int64(0))
        for place in places {
            let unit = unit(place, in: bytes)
            sum &+= Int128(unit)
            signs |= unit
        }
        return (sum, signs < 0)
    }

    private static func unit(_ place: Int, in bytes: RawSpan) -> Int64 {
        Int64(
            littleEndian: unsafe bytes.unsafeLoadUnaligned(
                fromByteOffset: 8 * place, as: Int64.self))
    }
}

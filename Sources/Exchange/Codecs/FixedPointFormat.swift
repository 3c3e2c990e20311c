import Bytes
import CohortGraph

/// Whole numbers of 64 bits in little-endian order, in units of 2⁻⁴⁰.
enum FixedPointFormat: PayloadFormat {
    static func check(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) {
        try layout.expect(8 * layout.count, of: payload)
    }

    static func decode(_ payload: [UInt8], _ layout: ValueLayout) throws(WireError) -> [Float] {
        [Int64](littleEndian: payload).map { Float(Double($0) / KnowledgeTensor.unitsPerOne) }
    }
}

extension KnowledgeTensor {
    /// How many units of a number in fixed point make 1.
    public static let unitsPerOne = 0x1p40

    /// The sum of several learners' probabilities, N×(classes+1): of each sample the sum of p for
    /// every class, and at last that of Σ p·log p, in units of 2⁻⁴⁰.
    ///
    /// - Precondition: `units` fills `shape`.
    public init(name: String, shape: [Int], units: [Int64]) {
        precondition(shape.reduce(1, *) == units.count, "the values do not fill \(shape)")
        self.init(
            name: name, kind: .sum, shape: shape, encoding: .fixedPoint,
            payload: units.littleEndianBytes)
    }

    /// The numbers of a tensor in fixed point, row-major, in units of 2⁻⁴⁰.
    ///
    /// - Throws: ``WireError`` where the payload does not fit the shape, or is something else.
    public func units() throws(WireError) -> [Int64] { [Int64](littleEndian: try unitBytes()) }

    /// As ``units()``, eight bytes each in little-endian order.
    ///
    /// - Throws: ``WireError`` where the payload does not fit the shape, or is something else.
    public func unitBytes() throws(WireError) -> [UInt8] {
        guard encoding == .fixedPoint else {
            throw WireError(.dtype, "\(encoding) where whole numbers are due")
        }
        try checkedLayout()
        return payload
    }
}

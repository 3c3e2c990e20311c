/// One tensor of a safetensors file: its type, its extents, and its bytes as they stand in the
/// file.
public struct SafeTensor: Hashable, Sendable {
    /// The element types of the format, in the order in which files are laid out (last first).
    public enum DType: String, CaseIterable, Sendable {
        /// A truth value in a byte.
        case bool = "BOOL"
        /// A float of 4 bits, two in a byte.
        case f4 = "F4"
        /// A float of 6 bits with 2 of exponent.
        case f6E2M3 = "F6_E2M3"
        /// A float of 6 bits with 3 of exponent.
        case f6E3M2 = "F6_E3M2"
        /// An unsigned byte.
        case u8 = "U8"
        /// A signed byte.
        case i8 = "I8"
        /// A float of 8 bits with 5 of exponent.
        case f8E5M2 = "F8_E5M2"
        /// A float of 8 bits with 4 of exponent.
        case f8E4M3 = "F8_E4M3"
        /// A power of two in 8 bits.
        case f8E8M0 = "F8_E8M0"
        /// A signed integer of 16 bits.
        case i16 = "I16"
        /// An unsigned integer of 16 bits.
        case u16 = "U16"
        /// A float of 16 bits, IEEE 754's.
        case f16 = "F16"
        /// The upper half of a 32-bit float.
        case bf16 = "BF16"
        /// A signed integer of 32 bits.
        case i32 = "I32"
        /// An unsigned integer of 32 bits.
        case u32 = "U32"
        /// A float of 32 bits: what weights are stored in.
        case f32 = "F32"
        /// A complex number of two 32-bit floats.
        case c64 = "C64"
        /// A float of 64 bits.
        case f64 = "F64"
        /// A signed integer of 64 bits.
        case i64 = "I64"
        /// An unsigned integer of 64 bits.
        case u64 = "U64"

        /// Its place in that order.
        package var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// The size of one element.
        package var bits: Int {
            switch self {
            case .f4: 4
            case .f6E2M3, .f6E3M2: 6
            case .bool, .u8, .i8, .f8E5M2, .f8E4M3, .f8E8M0: 8
            case .i16, .u16, .f16, .bf16: 16
            case .i32, .u32, .f32: 32
            case .c64, .f64, .i64, .u64: 64
            }
        }

        /// How many bytes a tensor of `shape` takes; nil where that is no whole number or
        /// overflows.
        func byteCount(of shape: [Int]) -> Int? {
            var total = bits
            for extent in shape {
                let (product, overflow) = total.multipliedReportingOverflow(by: extent)
                guard extent >= 0, !overflow else { return nil }
                total = product
            }
            return total.isMultiple(of: 8) ? total / 8 : nil
        }
    }

    /// The type of its elements.
    public let dtype: DType
    /// Its extents, row-major; none for a scalar.
    public let shape: [Int]
    /// The elements: little-endian, row-major, packed.
    public let bytes: [UInt8]

    /// - Precondition: the bytes fill the shape.
    public init(_ dtype: DType, shape: [Int], bytes: [UInt8]) {
        precondition(dtype.byteCount(of: shape) == bytes.count, "bytes do not fill \(shape)")
        self.dtype = dtype
        self.shape = shape
        self.bytes = bytes
    }

    /// - Precondition: the values fill the shape.
    public init(floats: [Float], shape: [Int]) {
        self.init(.f32, shape: shape, bytes: littleEndian(floats.map(\.bitPattern)))
    }

    /// - Precondition: the values fill the shape.
    public init(int64s: [Int64], shape: [Int]) {
        self.init(.i64, shape: shape, bytes: littleEndian(int64s))
    }

    /// - Precondition: the values fill the shape.
    public init(doubles: [Double], shape: [Int]) {
        self.init(.f64, shape: shape, bytes: littleEndian(doubles.map(\.bitPattern)))
    }

    /// The elements of an F32 tensor, nil for another type.
    public var floats: [Float]? {
        dtype == .f32 ? integers(of: bytes, as: UInt32.self).map(Float.init(bitPattern:)) : nil
    }

    /// The elements of an F64 tensor, nil for another type.
    public var doubles: [Double]? {
        dtype == .f64 ? integers(of: bytes, as: UInt64.self).map(Double.init(bitPattern:)) : nil
    }

    /// The elements of an I64 tensor, nil for another type.
    public var int64s: [Int64]? {
        dtype == .i64 ? integers(of: bytes, as: Int64.self) : nil
    }
}

private func littleEndian<T: FixedWidthInteger>(_ values: [T]) -> [UInt8] {
    var writer = ByteWriter(reservingCapacity: values.count * T.bitWidth / 8)
    for value in values { writer.littleEndian(value) }
    return writer.bytes
}

private func integers<T: FixedWidthInteger>(of bytes: [UInt8], as _: T.Type) -> [T] {
    let size = T.bitWidth / 8
    return (0..<bytes.count / size).map { index in
        var value: T = 0
        for byte in 0..<size {
            value |= T(truncatingIfNeeded: bytes[index * size + byte]) << (8 * byte)
        }
        return value
    }
}

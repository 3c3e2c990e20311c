import Bytes

extension SafeTensor {
    /// The elements of a tensor of floats as 32-bit floats: those of 16 bits are widened without
    /// loss, those of 64 bits rounded to the nearest; nil for any other type.
    var floatsOfAnySize: [Float]? {
        switch dtype {
        case .f32: floats
        case .f16: words?.map { Float(Float16(bitPattern: $0)) }
        case .bf16: words?.map { Float(bitPattern: UInt32($0) << 16) }
        case .f64: doubles?.map { Float($0) }
        default: nil
        }
    }

    /// The only element of a tensor that counts something; nil for another shape or type, and for a
    /// count that does not fit.
    var count: Int? {
        guard shape.allSatisfy({ $0 == 1 }) else { return nil }
        switch dtype {
        case .i64: return int64s?.first.flatMap { Int(exactly: $0) }
        case .u64: return integers(UInt64.self).first.flatMap { Int(exactly: $0) }
        case .i32: return integers(Int32.self).first.map { Int($0) }
        case .u32: return integers(UInt32.self).first.map { Int($0) }
        case .i16: return integers(Int16.self).first.map { Int($0) }
        case .u16: return integers(UInt16.self).first.map { Int($0) }
        case .i8: return bytes.first.map { Int(Int8(bitPattern: $0)) }
        case .u8: return bytes.first.map { Int($0) }
        default: return floatsOfAnySize?.first.flatMap { Int(exactly: $0) }
        }
    }

    /// Why weights cannot be read from its type.
    var objection: String {
        switch dtype {
        case .f8E5M2, .f8E4M3, .f8E8M0, .f6E2M3, .f6E3M2, .f4:
            "a quantized type whose scales stand elsewhere; save the weights as float32, float16 or"
                + " bfloat16"
        case .c64: "complex, and the model computes with real numbers"
        case .bool: "of truth values"
        default:
            "of whole numbers, as of a quantized model; save its weights as float32, float16 or"
                + " bfloat16"
        }
    }

    private var words: [UInt16]? { dtype.bits == 16 ? integers(UInt16.self) : nil }

    private func integers<T: FixedWidthInteger>(_: T.Type) -> [T] {
        let size = T.bitWidth / 8
        return (0..<bytes.count / size).map { index in
            (0..<size).reversed().reduce(0) {
                $0 << 8 | T(truncatingIfNeeded: bytes[index * size + $1])
            }
        }
    }
}

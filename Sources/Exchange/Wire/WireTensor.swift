import Bytes
import CohortGraph

/// How the numbers of a tensor are written.
enum WireType: UInt8 {
    /// IEEE 754 single precision, little-endian, row-major.
    case float32 = 1
}

extension KnowledgeKind {
    var wireNumber: UInt8 {
        switch self {
        case .response: 0
        case .feature: 1
        case .relation: 2
        }
    }
}

extension KnowledgeTensor {
    static let highestRank = 8

    /// The descriptor's frame: kind, type, rank, name and dimensions.
    func encodedDescriptor() -> [UInt8] {
        let name = Array(name.utf8)
        precondition(name.count < 256, "the tensor's name '\(self.name)' is too long")
        precondition(shape.count <= Self.highestRank, "'\(self.name)' has too many dimensions")
        var writer = ByteWriter(reservingCapacity: 4 + name.count + 4 * shape.count)
        writer.append([
            kind.wireNumber, WireType.float32.rawValue, UInt8(shape.count), UInt8(name.count),
        ])
        writer.append(name)
        for dimension in shape { writer.littleEndian(UInt32(dimension)) }
        return writer.bytes
    }

    /// The values' frame.
    func encodedValues() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: values.count * 4)
        for (index, value) in values.enumerated() {
            let bits = value.bitPattern
            bytes[4 * index] = UInt8(truncatingIfNeeded: bits)
            bytes[4 * index + 1] = UInt8(truncatingIfNeeded: bits >> 8)
            bytes[4 * index + 2] = UInt8(truncatingIfNeeded: bits >> 16)
            bytes[4 * index + 3] = UInt8(truncatingIfNeeded: bits >> 24)
        }
        return bytes
    }

    init(descriptor: [UInt8], values: [UInt8]) throws(WireError) {
        var fields = FieldReader(descriptor[...])
        let number = try fields.integer(UInt8.self, .tensorKind)
        guard let kind = KnowledgeKind.allCases.first(where: { $0.wireNumber == number }) else {
            throw WireError(.tensorKind, "unknown number \(number)")
        }
        _ = try fields.choice(WireType.self, .dtype)
        let rank = Int(try fields.integer(UInt8.self, .rank))
        guard rank <= Self.highestRank else { throw WireError(.rank, "\(rank) is too many") }
        let nameLength = Int(try fields.integer(UInt8.self, .name))
        let name = try fields.utf8(try fields.bytes(nameLength, .name), .name)
        var shape: [Int] = []
        for _ in 0..<rank { shape.append(Int(try fields.integer(UInt32.self, .dimensions))) }
        try fields.finish(.dimensions)
        try Self.check(shape, fills: values.count)
        self.init(name: name, kind: kind, shape: shape, values: Self.floats(values))
    }

    private static func check(_ shape: [Int], fills byteCount: Int) throws(WireError) {
        var expected = 4
        for dimension in shape {
            let (product, overflow) = expected.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw WireError(.dimensions, "\(shape) is too large") }
            expected = product
        }
        guard expected == byteCount else {
            throw WireError(.values, "\(byteCount) bytes for the shape \(shape)")
        }
    }

    private static func floats(_ bytes: [UInt8]) -> [Float] {
        var floats = [Float](repeating: 0, count: bytes.count / 4)
        for index in floats.indices {
            let low = UInt32(bytes[4 * index]) | UInt32(bytes[4 * index + 1]) << 8
            let high = UInt32(bytes[4 * index + 2]) | UInt32(bytes[4 * index + 3]) << 8
            floats[index] = Float(bitPattern: low | high << 16)
        }
        return floats
    }
}

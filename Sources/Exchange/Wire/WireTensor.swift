import Bytes
import CohortGraph

extension KnowledgeKind {
    var wireNumber: UInt8 {
        switch self {
        case .response: 0
        case .feature: 1
        case .relation: 2
        case .sum: 3
        case .inputs: 4
        case .adjoint: 5
        }
    }
}

extension KnowledgeTensor {
    static let highestRank = 8

    /// The descriptor's frame: kind, type, rank, name and dimensions. The payload is the values'
    /// frame.
    func encodedDescriptor() -> [UInt8] {
        let name = Array(name.utf8)
        precondition(name.count < 256, "the tensor's name '\(self.name)' is too long")
        precondition(shape.count <= Self.highestRank, "'\(self.name)' has too many dimensions")
        var writer = ByteWriter(reservingCapacity: 4 + name.count + 4 * shape.count)
        writer.append([
            kind.wireNumber, encoding.rawValue, UInt8(shape.count), UInt8(name.count),
        ])
        writer.append(name)
        for dimension in shape { writer.littleEndian(UInt32(dimension)) }
        return writer.bytes
    }

    /// Reads a descriptor, and takes the payload if its size is what the descriptor demands.
    init(descriptor: [UInt8], payload: [UInt8]) throws(WireError) {
        var fields = FieldReader(descriptor[...])
        let number = try fields.integer(UInt8.self, .tensorKind)
        guard let kind = KnowledgeKind.allCases.first(where: { $0.wireNumber == number }) else {
            throw WireError(.tensorKind, "unknown number \(number)")
        }
        let encoding = try fields.choice(Encoding.self, .dtype)
        let rank = Int(try fields.integer(UInt8.self, .rank))
        guard rank <= Self.highestRank else { throw WireError(.rank, "\(rank) is too many") }
        let nameLength = Int(try fields.integer(UInt8.self, .name))
        let name = try fields.utf8(try fields.bytes(nameLength, .name), .name)
        var shape: [Int] = []
        for _ in 0..<rank { shape.append(Int(try fields.integer(UInt32.self, .dimensions))) }
        try fields.finish(.dimensions)
        self.init(name: name, kind: kind, shape: shape, encoding: encoding, payload: payload)
        try checkedLayout()
    }
}

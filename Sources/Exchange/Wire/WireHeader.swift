import Bytes
import CohortGraph

/// The first frame: 128 bytes, little-endian, the same for every kind.
struct WireHeader {
    static let byteCount = 128
    static let magic = Array("COHX".utf8)
    static let version: UInt16 = 1
    static let nameBytes = 32
    /// Where the checksum stands, the header's last field.
    static let checksumOffset = byteCount - 4

    var kind: WireKind
    var sender: Sender
    var position: Position
    var tensorCount: Int

    /// The header with a checksum over itself and `rest`, the frames that follow.
    func encoded(followedBy rest: [[UInt8]]) -> [UInt8] {
        let fields = encodedFields()
        let checksum = Self.checksum(fields, rest[...])
        return fields + (0..<4).map { UInt8(truncatingIfNeeded: checksum >> (8 * $0)) }
    }

    private static func checksum(_ fields: [UInt8], _ rest: ArraySlice<[UInt8]>) -> UInt32 {
        var crc = CRC32C()
        crc.update(fields)
        for frame in rest { crc.update(frame) }
        return crc.checksum
    }

    private func encodedFields() -> [UInt8] {
        var writer = ByteWriter(reservingCapacity: Self.byteCount)
        writer.append(Self.magic)
        writer.littleEndian(Self.version)
        writer.littleEndian(kind.rawValue)
        writer.littleEndian(position.round.rawValue)
        writer.sender(sender)
        writer.littleEndian(UInt32(position.epoch))
        writer.littleEndian(UInt32(tensorCount))
        writer.littleEndian(UInt64(position.step))
        writer.littleEndian(position.batchDigest)
        writer.littleEndian(UInt32(position.usedSteps))
        return writer.bytes
    }
}

extension WireHeader {
    /// Reads a header and checks it against the frames that follow it.
    init(_ frames: [[UInt8]]) throws(WireError) {
        guard let bytes = frames.first, bytes.count == Self.byteCount else {
            throw WireError(
                .frames, "the header has \(frames.first?.count ?? 0) bytes, not \(Self.byteCount)")
        }
        var fields = FieldReader(bytes[...])
        guard try fields.bytes(4, .magic).elementsEqual(Self.magic) else {
            throw WireError(.magic, "not a Cohort message")
        }
        let version = try fields.integer(UInt16.self, .version)
        guard version == Self.version else {
            throw WireError(.version, "\(version), where \(Self.version) is spoken here")
        }
        try Self.verifyChecksum(frames)
        kind = try fields.choice(WireKind.self, .kind)
        let round = Round(rawValue: try fields.integer(UInt8.self, .round))
        sender = try fields.sender()
        let epoch = Int(try fields.integer(UInt32.self, .frames))
        tensorCount = Int(try fields.integer(UInt32.self, .tensorCount))
        let step = try fields.integer(UInt64.self, .step)
        guard step <= UInt64(Int32.max) else { throw WireError(.step, "\(step) is out of range") }
        let batchDigest = try fields.integer(UInt64.self, .frames)
        let usedSteps = try fields.integer(UInt32.self, .usedSteps)
        guard usedSteps <= (kind == .knowledge ? UInt32(Int32.max) : 0) else {
            throw WireError(.usedSteps, "\(usedSteps) beside a message of kind \(kind)")
        }
        position = Position(
            epoch: epoch, step: Int(step), round: round, batchDigest: batchDigest,
            usedSteps: Int(usedSteps))
    }

    private static func verifyChecksum(_ frames: [[UInt8]]) throws(WireError) {
        let stated = frames[0].suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let fields = Array(frames[0].prefix(checksumOffset))
        guard checksum(fields, frames.dropFirst()) == stated else {
            throw WireError(.checksum, "the message was damaged on its way")
        }
    }
}

/// The kinds of message by their number on the wire.
enum WireKind: UInt8, CaseIterable {
    case hello = 1
    case welcome = 2
    case refuse = 3
    case knowledge = 4
    case acknowledge = 5
    case alive = 6
    case end = 7
    case ended = 8
    case leave = 9
    case register = 10
    case roster = 11
    case need = 12
    case checkpoint = 13
}

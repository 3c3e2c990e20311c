/// The bytes end before what was asked for.
public struct TruncatedBytes: Error, Equatable, CustomStringConvertible {
    /// Where the read began, in bytes from the start.
    public let offset: Int
    /// How many bytes the read wanted.
    public let wanted: Int
    /// How many there were.
    public let available: Int

    public var description: String {
        "\(wanted) bytes wanted at offset \(offset), \(available) left"
    }
}

/// A cursor over bytes whose every read is checked against the end.
public struct ByteReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    public init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    /// Bytes read so far.
    public var offset: Int { position - bytes.startIndex }

    /// Bytes still to be read.
    public var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes.
    public mutating func bytes(_ count: Int) throws(TruncatedBytes) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else {
            throw TruncatedBytes(offset: offset, wanted: count, available: remaining)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// An integer in little-endian order.
    public mutating func littleEndian<T: FixedWidthInteger>(_: T.Type) throws(TruncatedBytes) -> T {
        try bytes(T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    /// An integer in big-endian (network) order.
    public mutating func bigEndian<T: FixedWidthInteger>(_: T.Type) throws(TruncatedBytes) -> T {
        try bytes(T.bitWidth / 8).reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }
}

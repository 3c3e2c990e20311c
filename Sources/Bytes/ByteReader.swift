/// The bytes end before what was asked for.
public struct TruncatedBytes: Error, Equatable, CustomStringConvertible {
    /// Where the read began, in bytes from the start.
    public let offset: Int
    /// How many bytes the read wanted.
    public let wanted: Int
    /// How many there were.
    public let available: Int

    @usableFromInline init(offset: Int, wanted: Int, available: Int) {
        self.offset = offset
        self.wanted = wanted
        self.available = available
    }

    /// `4 bytes wanted at offset 1, 2 left`.
    public var description: String {
        "\(wanted) bytes wanted at offset \(offset), \(available) left"
    }
}

/// A cursor over bytes whose every read is checked against the end.
public struct ByteReader: Sendable {
    @usableFromInline let bytes: ArraySlice<UInt8>
    @usableFromInline var position: Int

    /// A reader of a slice, at its start.
    @inlinable public init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// A reader of an array, at its start.
    @inlinable public init(_ bytes: [UInt8]) {
        self.init(bytes[...])
    }

    /// Bytes read so far.
    @inlinable public var offset: Int { position - bytes.startIndex }

    /// Bytes still to be read.
    @inlinable public var remaining: Int { bytes.endIndex - position }

    /// The next `count` bytes.
    ///
    /// - Throws: ``TruncatedBytes`` where fewer are left; then nothing is consumed.
    @inlinable public mutating func bytes(_ count: Int) throws(TruncatedBytes) -> ArraySlice<UInt8>
    {
        guard count >= 0, count <= remaining else {
            throw TruncatedBytes(offset: offset, wanted: count, available: remaining)
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    /// An integer in little-endian order.
    ///
    /// - Throws: ``TruncatedBytes`` where fewer bytes are left than it takes.
    @inlinable public mutating func littleEndian<T: FixedWidthInteger>(
        _: T.Type
    ) throws(TruncatedBytes) -> T {
        var value: T = 0
        var shift = 0
        for byte in try bytes(T.bitWidth / 8) {
            value |= T(truncatingIfNeeded: byte) << shift
            shift += 8
        }
        return value
    }

    /// An integer in big-endian (network) order.
    ///
    /// - Throws: ``TruncatedBytes`` where fewer bytes are left than it takes.
    @inlinable public mutating func bigEndian<T: FixedWidthInteger>(
        _: T.Type
    ) throws(TruncatedBytes) -> T {
        try littleEndian(T.self).byteSwapped
    }
}

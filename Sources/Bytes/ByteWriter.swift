/// Appends numbers in little-endian order to a byte array.
public struct ByteWriter: Sendable {
    @usableFromInline var storage: [UInt8] = []

    /// All that was appended.
    @inlinable public var bytes: [UInt8] { storage }

    /// An empty writer with room for so many bytes.
    @inlinable public init(reservingCapacity capacity: Int = 0) {
        storage.reserveCapacity(capacity)
    }

    /// Appends an integer in little-endian order.
    @inlinable public mutating func littleEndian<T: FixedWidthInteger>(_ value: T) {
        for shift in stride(from: 0, to: T.bitWidth, by: 8) {
            storage.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    /// Appends raw bytes.
    @inlinable public mutating func append(_ more: some Sequence<UInt8>) {
        storage.append(contentsOf: more)
    }
}

import CDigests

extension [Float] {
    /// Numbers from their bytes in little-endian order, four each.
    public init(littleEndian bytes: [UInt8]) {
        self.init(repeating: 0, count: bytes.count / 4)
        var floats = mutableSpan
        cohort_floats_of_bytes(bytes.span, &floats)
    }

    /// Four bytes each, in little-endian order.
    public var littleEndianBytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4 * count)
        var room = bytes.mutableSpan
        cohort_bytes_of_floats(span, &room)
        return bytes
    }
}

extension [UInt8] {
    /// Whether these are the bytes, in little-endian order, of finite numbers alone.
    public var areOfFiniteFloats: Bool { cohort_are_finite(span) != 0 }
}

import CDigests

extension [Int64] {
    /// Numbers from their bytes in little-endian order, eight each.
    public init(littleEndian bytes: [UInt8]) {
        self.init(repeating: 0, count: bytes.count / 8)
        var words = mutableSpan
        cohort_words_of_bytes(bytes.span, &words)
    }

    /// Eight bytes each, in little-endian order.
    public var littleEndianBytes: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 8 * count)
        var room = bytes.mutableSpan
        cohort_bytes_of_words(span, &room)
        return bytes
    }
}

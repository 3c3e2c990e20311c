import CDigests

extension [Int64] {
    /// Numbers from their bytes in little-endian order, eight each.
    public init(littleEndian bytes: [UInt8]) { self.init(copying: bytes) }

    /// Eight bytes each, in little-endian order.
    public var littleEndianBytes: [UInt8] { [UInt8](copying: self) }

    /// Adds to each number the one that eight bytes in little-endian order are, and wraps around
    /// where the sum does not fit.
    ///
    /// - Precondition: the bytes are of as many numbers.
    public mutating func add(littleEndian bytes: [UInt8]) {
        precondition(bytes.count == 8 * count, "\(bytes.count) bytes are not \(count) numbers")
        var sums = mutableSpan
        cohort_add_words(bytes.span, &sums)
    }
}

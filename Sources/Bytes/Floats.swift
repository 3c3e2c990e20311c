import CDigests

extension [Float] {
    /// Numbers from their bytes in little-endian order, four each.
    public init(littleEndian bytes: [UInt8]) { self.init(copying: bytes) }

    /// Four bytes each, in little-endian order.
    public var littleEndianBytes: [UInt8] { [UInt8](copying: self) }
}

extension Array where Element: BitwiseCopyable {
    /// As many elements as the memory of others fills, bit by bit.
    init<Other: BitwiseCopyable>(copying others: [Other]) {
        let count = others.count * MemoryLayout<Other>.stride / MemoryLayout<Element>.stride
        unsafe self.init(unsafeUninitializedCapacity: count) { room, initialized in
            unsafe others.withUnsafeBytes { source in
                let bytes = count * MemoryLayout<Element>.stride
                unsafe UnsafeMutableRawBufferPointer(room).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: source[..<bytes]))
            }
            initialized = count
        }
    }
}

extension [UInt8] {
    /// Whether these are the bytes, in little-endian order, of finite numbers alone.
    public var areOfFiniteFloats: Bool { cohort_are_finite(span) != 0 }
}

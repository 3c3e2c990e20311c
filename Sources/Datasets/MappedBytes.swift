import FoundationEssentials

/// Bytes of a file that the system reads as they are used, so that they may be more than fit into
/// memory.
public struct MappedBytes: Equatable, Sendable {
    /// The file.
    let file: Data
    /// Where the bytes lie in it.
    let range: Range<Int>

    /// How many there are.
    var count: Int { range.count }

    subscript(index: Int) -> UInt8 { file[range.lowerBound + index] }

    /// A copy of some of them.
    subscript(part: Range<Int>) -> [UInt8] {
        Array(file[range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound])
    }

    /// Some of them, which still lie in the file.
    func slice(_ part: Range<Int>) -> MappedBytes {
        MappedBytes(
            file: file,
            range: range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    }
}

/// Cuts a stream of bytes into lines, in whatever pieces the bytes arrive.
public struct LineSplitter: Sendable {
    /// A longer line is cut into pieces of this many bytes, so that memory stays bounded.
    public let limit: Int
    private var rest: [UInt8] = []

    /// - Parameter limit: the number of bytes after which a line is cut.
    public init(limit: Int = 4 << 20) {
        precondition(limit > 0)
        self.limit = limit
    }

    /// The lines that `bytes` complete, without their ends. Bytes that are not UTF-8 are replaced.
    public mutating func lines(in bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                lines.append(take())
            } else {
                rest.append(byte)
                if rest.count == limit { lines.append(take()) }
            }
        }
        return lines
    }

    /// What is left when the stream has ended without the end of a line.
    public mutating func finish() -> String? {
        rest.isEmpty ? nil : take()
    }

    private mutating func take() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest, as: UTF8.self)
    }
}

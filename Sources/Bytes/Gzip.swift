import CZlib

/// Reading the gzip format (RFC 1952) by zlib.
public enum Gzip {
    /// What can be wrong with a gzip stream.
    public enum Failure: Error, Equatable, CustomStringConvertible {
        /// The bytes are no gzip stream, or end early.
        case damaged
        /// The contents are larger than the caller admits, in bytes.
        case tooLarge(limit: Int)

        /// What is wrong, in words.
        public var description: String {
            switch self {
            case .damaged: "not a whole gzip stream: damaged or cut short"
            case .tooLarge(let limit): "inflates to more than \(limit) bytes"
            }
        }
    }

    /// Inflates a stream of one or more members.
    ///
    /// The buffer grows as needed and never beyond `limit` bytes, whatever the stream claims.
    ///
    /// - Throws: ``Failure`` where the stream is damaged, or its contents are larger than `limit`.
    public static func inflate(_ bytes: [UInt8], limit: Int = 1 << 30) throws(Failure) -> [UInt8] {
        guard bytes.count <= Int(Int32.max) else { throw .tooLarge(limit: limit) }
        var capacity = min(limit, max(bytes.count * 4, 4096))
        while true {
            var target = [UInt8](repeating: 0, count: capacity)
            var room = target.mutableSpan
            let written = cohort_gunzip(bytes.span, &room)
            if written >= 0 {
                target.removeSubrange(Int(written)...)
                return target
            }
            guard written == -2 else { throw .damaged }
            guard capacity < limit else { throw .tooLarge(limit: limit) }
            capacity = min(limit, capacity * 4)
        }
    }
}

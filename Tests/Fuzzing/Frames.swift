import Bytes

/// A message's frames in one input: each behind its length in 16 bits.
enum Frames {
    static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var frames: [[UInt8]] = []
        var rest = bytes[...]
        while rest.count >= 2 {
            let count = Int(rest.removeFirst()) | Int(rest.removeFirst()) << 8
            frames.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        return frames
    }

    static func join(_ frames: [[UInt8]]) -> [UInt8] {
        frames.flatMap { [UInt8($0.count & 0xFF), UInt8($0.count >> 8)] + $0 }
    }

    /// The frames with the checksum that they should have, which no fuzzer would find.
    static func sealed(_ frames: [[UInt8]]) -> [[UInt8]] {
        guard let header = frames.first, header.count == 128 else { return frames }
        let fields = Array(header.dropLast(4))
        let all = frames.dropFirst().reduce(fields, +)
        return [fields + littleEndian(CRC32C.checksum(all))] + frames.dropFirst()
    }
}

func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

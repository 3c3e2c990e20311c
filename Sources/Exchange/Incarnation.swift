import Bytes

/// The number of a learner's life: which start of it sent a message.
///
/// The upper 48 bits are drawn at the first start and kept, the lower 16 count the starts. So a
/// learner that comes back is distinguished from another one that has taken its name, and its
/// messages from those of an earlier life that are still on their way.
public enum Incarnation {
    private static let countingBits = 16

    /// A first life.
    public static func first() -> UInt64 {
        var generator = SystemRandomNumberGenerator()
        return first(using: &generator)
    }

    package static func first(using generator: inout some RandomNumberGenerator) -> UInt64 {
        .random(in: 1...(UInt64.max >> countingBits), using: &generator) << countingBits
    }

    /// How many lives of one learner or relay have different numbers.
    public static let mostLives = 1 << countingBits - 1

    /// A relay's life, counted from 1: any host that starts it gives it the same.
    public static func relay(_ name: String, run: String, life: Int) -> UInt64 {
        let digest = SHA256.digest(Array("\(run)/\(name)".utf8))
        let first = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        return (first >> countingBits) << countingBits | UInt64(life)
    }

    /// The life after `last`; a first one where there was none.
    public static func following(_ last: UInt64?) -> UInt64 {
        last.map { $0 &+ 1 } ?? first()
    }

    /// Whether `other` is a later life of the learner whose life `this` is.
    static func isLater(_ other: UInt64, than this: UInt64) -> Bool {
        other >> countingBits == this >> countingBits && other > this
    }
}

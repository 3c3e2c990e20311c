import Bytes
import Foundation

/// 256 secret bits that determine all noise of private votes.
///
/// The noise of a sample is a pure function of the key and of the sample's number, by SHA-256. So a
/// step that is repeated after a crash draws the same noise, and a sample that is asked for again
/// gets the answer that it got before: repeating spends nothing.
public struct NoiseKey: Hashable, Sendable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// - Precondition: there are 32 bytes.
    public init(bytes: [UInt8]) {
        precondition(bytes.count == 32, "a key has 32 bytes, not \(bytes.count)")
        self.bytes = bytes
    }

    /// A key that follows from a run's seed: whoever knows the seed can take the noise away again.
    public init(seeded key: RandomKey) {
        self.init(bytes: (0..<4).flatMap { key.bits(at: $0).littleEndianBytes })
    }

    /// A key of the operating system's cryptographic generator.
    public static func random() -> NoiseKey {
        var generator = SystemRandomNumberGenerator()
        return NoiseKey(bytes: (0..<4).flatMap { _ in generator.next().littleEndianBytes })
    }

    /// The key for a named use.
    public func child(_ name: String) -> NoiseKey {
        NoiseKey(bytes: SHA256.digest(bytes + Array(name.utf8)))
    }

    /// The noise of the votes on a sample.
    func noise(of sample: Int) -> Noise { Noise(key: self, sample: sample) }
}

/// The random numbers of one sample, in their order.
struct Noise {
    private let prefix: [UInt8]
    private var block: UInt64 = 0
    private var pending: [UInt64] = []

    fileprivate init(key: NoiseKey, sample: Int) {
        prefix = key.bytes + UInt64(bitPattern: Int64(sample)).littleEndianBytes
    }

    /// A number of the normal distribution, by the Box-Muller transform.
    mutating func normal(deviation: Double) -> Double {
        let radius = (-2 * Foundation.log(uniform())).squareRoot()
        return deviation * radius * cos(2 * .pi * uniform())
    }

    /// A number of the Laplace distribution exp(−|x| / scale) / (2·scale).
    mutating func laplace(scale: Double) -> Double {
        let u = uniform() - 0.5
        return (u < 0 ? scale : -scale) * Foundation.log(1 - 2 * abs(u))
    }

    /// A number between 0 and 1, neither of them included, with 53 random bits.
    private mutating func uniform() -> Double {
        if pending.isEmpty {
            let digest = SHA256.digest(prefix + block.littleEndianBytes)
            pending = (0..<4).map { place in
                digest[8 * place..<8 * place + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            }
            block += 1
        }
        return (Double(pending.removeFirst() >> 11) + 0.5) * 0x1p-53
    }
}

extension UInt64 {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
    }
}

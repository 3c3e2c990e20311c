import Foundation

/// A node in a tree of counter-based random streams.
///
/// Every random number of a run is a pure function of the seed and of where it is used: a key is
/// derived by name and index (`RandomKey(seed: 1).child("dropout").child(step)`), and the numbers
/// of a key are addressed by a counter. A key has no state that advances, so none has to be saved.
///
/// The generator is SplitMix64 (Steele, Lea and Flood 2014) with random access. With 64-bit
/// arithmetic that wraps, γ = 0x9E3779B97F4A7C15 and
///
///     mix(z):   z = (z ^ z >> 30) · 0xBF58476D1CE4E5B9
///               z = (z ^ z >> 27) · 0x94D049BB133111EB
///               z ^ z >> 31
///
/// a key's number at counter i is `mix(state + (i + 1)·γ)`, its child of index i has the state
/// `mix(¬state + (i + 1)·γ)`, and its child of a name has the state `mix(¬state ^ fnv(name))`,
/// where fnv is the 64-bit FNV-1a hash of the name's UTF-8 bytes. A seed's key has the state
/// `mix(seed)`.
public struct RandomKey: Hashable, Sendable {
    /// The 64 bits that determine every number below this key.
    public let state: UInt64

    private static let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15

    private init(state: UInt64) {
        self.state = state
    }

    /// The root of a run's random numbers.
    public init(seed: UInt64) {
        state = Self.mix(seed)
    }

    /// The key for a named use.
    public func child(_ name: String) -> RandomKey {
        let hash = name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return RandomKey(state: Self.mix(~state ^ hash))
    }

    /// The key for one element of a series: an epoch, a step, a sample.
    public func child(_ index: Int) -> RandomKey {
        RandomKey(state: Self.mix(~state &+ (UInt64(bitPattern: Int64(index)) &+ 1) &* Self.gamma))
    }

    /// 64 random bits.
    public func bits(at counter: Int) -> UInt64 {
        Self.mix(state &+ (UInt64(bitPattern: Int64(counter)) &+ 1) &* Self.gamma)
    }

    /// A number in 0..<1 with 24 random bits, exact in a `Float`.
    public func uniform(at counter: Int) -> Float {
        Float(bits(at: counter) >> 40) * 0x1p-24
    }

    /// A whole number in 0..<bound: the high half of a 64×64-bit product.
    public func integer(below bound: Int, at counter: Int) -> Int {
        Int(UInt64(bound).multipliedFullWidth(by: bits(at: counter)).high)
    }

    private static func mix(_ x: UInt64) -> UInt64 {
        var z = (x ^ x >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

extension RandomKey {
    /// A number of the standard normal distribution, by the Box-Muller transform of the uniform
    /// numbers at 2·counter and 2·counter + 1.
    public func normal(at counter: Int) -> Float {
        let radius = (-2 * Foundation.log(1 - Double(uniform(at: 2 * counter)))).squareRoot()
        return Float(radius * cos(2 * .pi * Double(uniform(at: 2 * counter + 1))))
    }
}

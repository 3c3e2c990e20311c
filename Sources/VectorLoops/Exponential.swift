import CProcessor
import Loops

// Functions of vectors, within a few units in the last place: polynomials of Cephes (Moshier 1989)
// unless said otherwise.

typealias Bits = SIMD16<Int32>

@inline(__always)
func splat(_ value: Float) -> Vector { Vector(repeating: value) }

/// Lanes of `yes` where the condition holds, of `no` where it does not.
///
/// In C, whose compiler makes one instruction of it: the standard library's
/// `replacing(with:where:)` goes through the lanes one by one.
@inline(__always)
func select(_ condition: SIMDMask<Bits>, _ yes: Vector, _ no: Vector) -> Vector {
    cohort_select(unsafeBitCast(condition, to: Bits.self), yes, no)
}

/// The sign cleared.
@inline(__always)
func magnitude(_ x: Vector) -> Vector {
    unsafeBitCast(unsafeBitCast(x, to: Bits.self) & Bits(repeating: 0x7FFF_FFFF), to: Vector.self)
}

/// x within bounds; what is not a number stays so.
@inline(__always)
func clamped(_ x: Vector, _ low: Float, _ high: Float) -> Vector {
    let raised = select(x .< low, splat(low), x)
    return select(raised .> high, splat(high), raised)
}

/// Whole numbers up to 2²² are the last bits of their sum with this.
private let whole: Float = 0x1.8p23
private let wholeBits: Int32 = 0x4B40_0000

/// c₀ + x·(c₁ + x·(…)), given from the last coefficient to the first.
@inline(__always)
private func polynomial<let count: Int>(
    _ x: Vector, _ coefficients: InlineArray<count, Float>
) -> Vector {
    var sum = splat(coefficients[0])
    for i in 1..<count { sum = splat(coefficients[i]).addingProduct(sum, x) }
    return sum
}

/// eˣ; gradual underflow and overflow to infinity as in Foundation.
@inline(__always)
func exponential(_ x: Vector) -> Vector {
    let (p, exponents) = exponentialParts(clamped(x, -104, 89))
    // In two steps, for powers of two beyond those that a float can hold.
    let half = exponents &>> 1
    return p * powerOfTwo(half) * powerOfTwo(exponents &- half)
}

/// eˣ of what is at most 1, in fewer operations: gradual underflow, as in ``exponential(_:)``.
@inline(__always)
func exponentialUpToOne(_ x: Vector) -> Vector {
    smallExponential(select(x .< -104, splat(-104), x))
}

/// eˣ of −170 to 1.
@inline(__always)
private func smallExponential(_ x: Vector) -> Vector {
    let (p, exponents) = exponentialParts(x)
    // In two steps, for powers of two that are too small for a float.
    return p * powerOfTwo(exponents &+ 64) * 0x1p-64
}

/// eˣ as a number from √½ to √2 times a power of two.
@inline(__always)
private func exponentialParts(_ x: Vector) -> (Vector, exponents: Bits) {
    let shifted = splat(whole).addingProduct(x, splat(1.442_695_04))
    let n = shifted - whole
    let exponents = unsafeBitCast(shifted, to: Bits.self) &- Bits(repeating: wholeBits)
    var r = x.addingProduct(n, splat(-0.693_359_375))
    r = r.addingProduct(n, splat(2.121_944_4e-4))
    let p = polynomial(
        r,
        [
            1.987_569_15e-4, 1.398_199_95e-3, 8.333_451_9e-3, 4.166_579_6e-2, 0.166_666_655,
            0.5, 1, 1,
        ])
    return (p, exponents)
}

@inline(__always)
private func powerOfTwo(_ exponents: Bits) -> Vector {
    unsafeBitCast((exponents &+ 127) &<< 23, to: Vector.self)
}

/// The natural logarithm; −∞ of zero and not a number of what is below.
@inline(__always)
func logarithm(_ x: Vector) -> Vector {
    let isSmall = x .< Float.leastNormalMagnitude
    let bits = unsafeBitCast(select(isSmall, x * 0x1p23, x), to: Bits.self)
    // The mantissa from √½ to √2.
    let offset = Bits(repeating: 0x3F35_04F3)
    let exponents = (bits &- offset) &>> 23
    let m = unsafeBitCast(bits &- (exponents &<< 23), to: Vector.self) - 1
    let e =
        unsafeBitCast(exponents &+ Bits(repeating: wholeBits), to: Vector.self) - whole
        - select(isSmall, splat(23), .zero)
    let square = m * m
    var y = polynomial(
        m,
        [
            7.037_683_6e-2, -0.115_146_1, 0.116_769_99, -0.124_201_41, 0.142_493_23,
            -0.166_680_58, 0.200_007_15, -0.249_999_94, 0.333_333_31,
        ])
    y = (y * m * square).addingProduct(e, splat(-2.121_944_4e-4))
    y = m + y.addingProduct(square, splat(-0.5))
    y = y.addingProduct(e, splat(0.693_359_375))
    y = select(x .== 0, splat(-.infinity), y)
    y = select(x .< 0, splat(.nan), y)
    // Infinity, and what is not a number.
    return select(x .< .infinity, y, x)
}

/// log(1 + x) of x from 0 to 1.
@inline(__always)
func logarithmOfOnePlus(_ x: Vector) -> Vector {
    let sum = x + 1
    return logarithm(sum) + (x - (sum - 1)) / sum
}

/// 1 / (1 + e⁻ˣ).
@inline(__always)
func logistic(_ x: Vector) -> Vector {
    let e = exponentialUpToOne(-magnitude(x))
    return select(x .< 0, e, splat(1)) / (e + 1)
}

@inline(__always)
func hyperbolicTangent(_ x: Vector) -> Vector {
    let size = magnitude(x)
    let square = x * x
    let small = polynomial(
        square,
        [-5.704_988_7e-3, 2.063_908_8e-2, -5.373_971_6e-2, 0.133_314_42, -0.333_332_82])
    let large = 1 - 2 / (exponential(size + size) + 1)
    return select(
        size .< 0.625, x.addingProduct(x * square, small), select(x .< 0, -large, large))
}

/// The normal distribution.
struct Normal {
    /// exp(−x²/2).
    let bell: Vector
    /// The probability of being beyond |x|, from above.
    let tail: Vector

    /// The tail is the bell times a polynomial in 1 / (1 + 0.35·|x|), of least relative error up to
    /// |x| = 14.5.
    ///
    /// - Parameter x: at most 15 on both sides.
    @inline(__always)
    init(_ x: Vector) {
        let square = x * x
        // What rounding left of the square.
        let rest = cohort_negative(square).addingProduct(x, x)
        let e = smallExponential(square * -0.5)
        bell = e.addingProduct(e, rest * -0.5)
        let t = 1 / splat(1).addingProduct(magnitude(x), splat(0.35))
        tail =
            bell * t
            * polynomial(
                t,
                [
                    -0.029_157_855_5, 0.144_030_782, -0.255_838_740, 0.159_319_417,
                    -0.023_212_177_2, 0.105_552_434, 0.119_821_303, 0.139_863_514, 0.139_621_307,
                ])
    }
}

import Loops

// Functions of eight numbers in double precision, within two units in the last place: Taylor's
// series of e^x, and that of the inverse hyperbolic tangent for the logarithm.

typealias DoubleVector = SIMD8<Double>
private typealias DoubleBits = SIMD8<Int64>

/// Eight floats in double precision.
@inline(__always)
func loadDoubles(_ pointer: Pointer) -> DoubleVector { DoubleVector(load8(pointer)) }

/// c₀ + x·(c₁ + x·(…)), given from the last coefficient to the first.
@inline(__always)
func polynomial<let count: Int>(
    _ x: DoubleVector, _ coefficients: InlineArray<count, Double>
) -> DoubleVector {
    var sum = DoubleVector(repeating: coefficients[0])
    for i in 1..<count { sum = DoubleVector(repeating: coefficients[i]).addingProduct(sum, x) }
    return sum
}

/// Whole numbers up to 2⁵¹ are the last bits of their sum with this.
private let whole = 0x1.8p52
private let wholeBits: Int64 = 0x4338_0000_0000_0000

/// log 2 in two parts; whole numbers times the first are exact.
private let firstOfLogarithmOfTwo = 0x1.62e42fee00000p-1
private let lastOfLogarithmOfTwo = 0x1.a39ef35793c76p-33

/// eˣ of x from −708 to 708; of others it means nothing.
@inline(__always)
func exponential(_ x: DoubleVector) -> DoubleVector {
    let shifted = DoubleVector(repeating: whole).addingProduct(
        x, DoubleVector(repeating: 1.442_695_040_888_963_4))
    let n = shifted - whole
    let r = x.addingProduct(n, DoubleVector(repeating: -firstOfLogarithmOfTwo))
        .addingProduct(n, DoubleVector(repeating: -lastOfLogarithmOfTwo))
    let p = polynomial(
        r,
        [
            1 / 6_227_020_800, 1 / 479_001_600, 1 / 39_916_800, 1 / 3_628_800, 1 / 362_880,
            1 / 40_320, 1 / 5_040, 1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1,
        ])
    let exponents = unsafeBitCast(shifted, to: DoubleBits.self) &- DoubleBits(repeating: wholeBits)
    return p * unsafeBitCast((exponents &+ 1023) &<< 52, to: DoubleVector.self)
}

/// The natural logarithm of normal numbers above 0; of others it means nothing.
@inline(__always)
func logarithm(_ x: DoubleVector) -> DoubleVector {
    let bits = unsafeBitCast(x, to: DoubleBits.self)
    // The mantissa from √½ to √2.
    let offset = DoubleBits(repeating: 0x3FE6_A09E_667F_3BCD)
    let exponents = (bits &- offset) &>> 52
    let m = unsafeBitCast(bits &- (exponents &<< 52), to: DoubleVector.self) - 1
    let n =
        unsafeBitCast(exponents &+ DoubleBits(repeating: wholeBits), to: DoubleVector.self) - whole
    let z = m / (m + 2)
    let square = z * z
    let p = polynomial(
        square,
        [
            1 / 21, 1 / 19, 1 / 17, 1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3,
        ])
    // log(1 + m) = 2z + 2z³·p, and 2z = m − z·m.
    let log = m - z * (m - 2 * square * p)
    return log.addingProduct(n, DoubleVector(repeating: lastOfLogarithmOfTwo))
        .addingProduct(n, DoubleVector(repeating: firstOfLogarithmOfTwo))
}

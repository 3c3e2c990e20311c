import Loops

/// Six vectors: a line or a column of a transformed window.
typealias Six = (Vector, Vector, Vector, Vector, Vector, Vector)

/// Bᵀ·d: a line of six pixels.
@inline(__always)
func windowTransform(_ d: Six) -> Six {
    let (four, five) = (Vector(repeating: 4), Vector(repeating: 5))
    let two = Vector(repeating: 2)
    let even = d.4 - four * d.2
    let odd = d.3 - four * d.1
    let near = d.4 - d.2
    let far = two * (d.3 - d.1)
    return (
        (four * d.0 + d.4) - five * d.2, even + odd, even - odd, near + far, near - far,
        (four * d.1 + d.5) - five * d.3
    )
}

/// A line or column of a tile, of four pixels or of two and two that are not used.
typealias TileLine = InlineArray<4, Vector>

/// Aᵀ·m: a line of a tile of `side` pixels.
@inline(__always)
func tileLine(_ m: Six, side: Int) -> TileLine {
    let (a, b) = (m.1 + m.2, m.1 - m.2)
    let (c, d) = (m.3 + m.4, m.3 - m.4)
    let (first, odd) = (m.0 + a + c, b + Vector(repeating: 2) * d)
    guard side == 4 else { return [first, odd + m.5, .zero, .zero] }
    return [
        first, odd, a + Vector(repeating: 4) * c, b + Vector(repeating: 8) * d + m.5,
    ]
}

/// A·y: the transpose of ``tileLine(_:side:)``.
@inline(__always)
func windowLine(_ y: TileLine, side: Int) -> Six {
    let twice = Vector(repeating: 2) * y[1]
    guard side == 4 else {
        return (y[0], y[0] + y[1], y[0] - y[1], y[0] + twice, y[0] - twice, y[1])
    }
    let (even, odd) = (y[0] + y[2], y[1] + y[3])
    let far = y[0] + Vector(repeating: 4) * y[2]
    let odder = twice + Vector(repeating: 8) * y[3]
    return (y[0], even + odd, even - odd, far + odder, far - odder, y[3])
}

/// G·w: a line of three weights.
@inline(__always)
func weightsOfThree(_ w: (Vector, Vector, Vector)) -> Six {
    let (sixth, part) = (Vector(repeating: -1 / 6), Vector(repeating: 1 / 24))
    let (sum, far) = (w.0 + w.2, w.0 + Vector(repeating: 4) * w.2)
    let twice = Vector(repeating: 2) * w.1
    return (
        Vector(repeating: 0.25) * w.0, sixth * (sum + w.1), sixth * (sum - w.1),
        part * (far + twice), part * (far - twice), w.2
    )
}

/// G·w: a line of five weights.
@inline(__always)
func weightsOfFive(_ w: (Vector, Vector, Vector, Vector, Vector)) -> Six {
    let (sixth, part) = (Vector(repeating: -1 / 6), Vector(repeating: 1 / 24))
    let (even, odd) = (w.0 + w.2 + w.4, w.1 + w.3)
    let far = w.0 + Vector(repeating: 4) * w.2 + Vector(repeating: 16) * w.4
    let odder = Vector(repeating: 2) * w.1 + Vector(repeating: 8) * w.3
    return (
        Vector(repeating: 0.25) * w.0, sixth * (even + odd), sixth * (even - odd),
        part * (far + odder), part * (far - odder), w.4
    )
}

/// Gᵀ·u for three weights.
@inline(__always)
func threeWeights(_ u: Six) -> (Vector, Vector, Vector) {
    let (sixth, part) = (Vector(repeating: -1 / 6), Vector(repeating: 1 / 24))
    let (a, b) = (sixth * (u.1 + u.2), sixth * (u.1 - u.2))
    let (c, d) = (part * (u.3 + u.4), part * (u.3 - u.4))
    return (
        Vector(repeating: 0.25) * u.0 + a + c, b + Vector(repeating: 2) * d,
        a + Vector(repeating: 4) * c + u.5
    )
}

/// Gᵀ·u for five weights.
@inline(__always)
func fiveWeights(_ u: Six) -> (Vector, Vector, Vector, Vector, Vector) {
    let (sixth, part) = (Vector(repeating: -1 / 6), Vector(repeating: 1 / 24))
    let (a, b) = (sixth * (u.1 + u.2), sixth * (u.1 - u.2))
    let (c, d) = (part * (u.3 + u.4), part * (u.3 - u.4))
    return (
        Vector(repeating: 0.25) * u.0 + a + c, b + Vector(repeating: 2) * d,
        a + Vector(repeating: 4) * c, b + Vector(repeating: 8) * d,
        a + Vector(repeating: 16) * c + u.5
    )
}

/// Six vectors at equal distances.
@inline(__always)
func loadSix(_ pointer: Pointer, step: Int) -> Six {
    (
        load(pointer), load(pointer + step), load(pointer + 2 * step), load(pointer + 3 * step),
        load(pointer + 4 * step), load(pointer + 5 * step)
    )
}

@inline(__always)
func store(_ six: Six, _ pointer: Pointer, step: Int) {
    store(six.0, pointer)
    store(six.1, pointer + step)
    store(six.2, pointer + 2 * step)
    store(six.3, pointer + 3 * step)
    store(six.4, pointer + 4 * step)
    store(six.5, pointer + 5 * step)
}

/// A function of every lane of a vector.
protocol VectorFunction {
    func value(_ x: Vector) -> Vector
    /// f'·g from v: f(x) where ``ElementFunction/gradientUsesResult`` is true, else x.
    func gradient(_ v: Vector, _ g: Vector) -> Vector
}

struct Rectified: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        rectified(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        select(v .> 0, g, .zero)
    }
}

struct LeakyRectified: VectorFunction {
    let slope: Float

    @inline(__always)
    func value(_ x: Vector) -> Vector {
        select(x .> 0, x, x * slope)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        select(v .> 0, g, g * slope)
    }
}

struct AtLeast: VectorFunction {
    let bound: Float

    @inline(__always)
    func value(_ x: Vector) -> Vector {
        select(x .> bound, x, splat(bound))
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        select(v .> bound, g, .zero)
    }
}

struct Absolute: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        magnitude(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        select(v .> 0, g, select(v .< 0, -g, .zero))
    }
}

struct Affine: VectorFunction {
    let scale: Float
    let shift: Float

    @inline(__always)
    func value(_ x: Vector) -> Vector {
        splat(shift).addingProduct(x, splat(scale))
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        g * scale
    }
}

struct Square: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        x * x
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        (v + v) * g
    }
}

struct SquareRoot: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        x.squareRoot()
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        0.5 * g / v
    }
}

struct Huber: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        let size = magnitude(x)
        return select(size .< 1, 0.5 * x * x, size - 0.5)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        clamped(v, -1, 1) * g
    }
}

struct Exponential: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        exponential(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        v * g
    }
}

struct Logarithm: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        logarithm(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        g / v
    }
}

struct Sigmoid: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        logistic(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        v * (1 - v) * g
    }
}

struct HyperbolicTangent: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        hyperbolicTangent(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        (1 - v * v) * g
    }
}

struct SiLU: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        x * logistic(x)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        let s = logistic(v)
        return s * splat(1).addingProduct(v, 1 - s) * g
    }
}

struct Softplus: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        rectified(x) + logarithmOfOnePlus(exponentialUpToOne(-magnitude(x)))
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        logistic(v) * g
    }
}

struct GELU: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        // Beyond ±15 the tail is zero.
        let bounded = clamped(x, -15, 15)
        let tail = bounded * Normal(bounded).tail
        return select(x .> 0, x - tail, tail)
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        // Φ(x) + x·φ(x)
        let bounded = clamped(v, -15, 15)
        let normal = Normal(bounded)
        let probability = select(v .> 0, 1 - normal.tail, normal.tail)
        return probability.addingProduct(bounded * 0.398_942_28, normal.bell) * g
    }
}

struct TanhGELU: VectorFunction {
    @inline(__always)
    func value(_ x: Vector) -> Vector {
        x * logistic(Self.inner(x))
    }

    @inline(__always)
    func gradient(_ v: Vector, _ g: Vector) -> Vector {
        let s = logistic(Self.inner(v))
        let slope = 2 * Self.scale * splat(1).addingProduct(v * v, splat(3 * Self.cubic))
        return s.addingProduct(v * slope, s * (1 - s)) * g
    }

    private static let scale: Float = 0.797_884_560_802_865_4
    private static let cubic: Float = 0.044715

    /// Twice √(2/π)·(x + 0.044715·x³): (1 + tanh u) / 2 is the logistic function of 2·u.
    @inline(__always)
    private static func inner(_ x: Vector) -> Vector {
        2 * scale * x.addingProduct(x * x * x, splat(cubic))
    }
}

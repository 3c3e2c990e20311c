import Foundation

/// A function of one number, applied to every element.
public enum UnaryOperation: Sendable {
    case relu
    case leakyReLU(slope: Float)
    case sigmoid
    case tanh
    /// x·Φ(x) with the normal distribution's Φ.
    case gelu
    /// The approximation of GELU by a hyperbolic tangent.
    case geluTanh
    /// x·sigmoid(x), also called swish.
    case silu
    /// log(1 + eˣ).
    case softplus
    case exponential
    case logarithm
    case squareRoot
    case square
    case negation
    case absolute
    /// a·x + b.
    case affine(scale: Float, shift: Float)
    /// The larger of x and the bound.
    case atLeast(Float)
    /// x²/2 within ±1, |x| − ½ beyond (Huber 1964).
    case huber

    private static let geluScale: Float = 0.797_884_560_802_865_4
    private static let geluCubic: Float = 0.044715

    @inline(__always)
    private static func logistic(_ x: Float) -> Float {
        x >= 0 ? 1 / (1 + expf(-x)) : expf(x) / (1 + expf(x))
    }

    /// y = f(x) for every element.
    func apply(_ x: Kernels.Pointer, _ y: Kernels.Pointer, _ count: Int) {
        @inline(__always)
        func each(_ f: (Float) -> Float) {
            for i in 0..<count { y[i] = f(x[i]) }
        }
        switch self {
        case .relu: each { $0 > 0 ? $0 : 0 }
        case .leakyReLU(let slope): each { $0 > 0 ? $0 : slope * $0 }
        case .sigmoid: each(Self.logistic)
        case .tanh: each(tanhf)
        case .gelu: each { 0.5 * $0 * (1 + erff($0 * 0.707_106_781_186_547_5)) }
        case .geluTanh:
            each { 0.5 * $0 * (1 + tanhf(Self.geluScale * ($0 + Self.geluCubic * $0 * $0 * $0))) }
        case .silu: each { $0 * Self.logistic($0) }
        case .softplus: each { max($0, 0) + log1pf(expf(-abs($0))) }
        case .exponential: each(expf)
        case .logarithm: each(logf)
        case .squareRoot: each { $0.squareRoot() }
        case .square: each { $0 * $0 }
        case .negation: each { -$0 }
        case .absolute: each { abs($0) }
        case .affine(let scale, let shift): each { scale * $0 + shift }
        case .atLeast(let bound): each { max($0, bound) }
        case .huber: each { abs($0) < 1 ? 0.5 * $0 * $0 : abs($0) - 0.5 }
        }
    }

    /// d = f'(x)·g for every element, by x or by y = f(x), whichever is at hand.
    func applyGradient(
        x: Kernels.Pointer, y: Kernels.Pointer, g: Kernels.Pointer, d: Kernels.Pointer, _ count: Int
    ) {
        @inline(__always)
        func each(_ f: (_ x: Float, _ y: Float) -> Float) {
            for i in 0..<count { d[i] = f(x[i], y[i]) * g[i] }
        }
        switch self {
        case .relu:
            for i in 0..<count { d[i] = y[i] > 0 ? g[i] : 0 }
        case .leakyReLU(let slope): each { x, _ in x > 0 ? 1 : slope }
        case .sigmoid: each { _, y in y * (1 - y) }
        case .tanh: each { _, y in 1 - y * y }
        case .gelu:
            each { x, _ in
                0.5 * (1 + erff(x * 0.707_106_781_186_547_5))
                    + x * 0.398_942_280_401_432_7 * expf(-0.5 * x * x)
            }
        case .geluTanh:
            each { x, _ in
                let t = tanhf(Self.geluScale * (x + Self.geluCubic * x * x * x))
                let inner = Self.geluScale * (1 + 3 * Self.geluCubic * x * x)
                return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner
            }
        case .silu:
            each { x, _ in
                let s = Self.logistic(x)
                return s * (1 + x * (1 - s))
            }
        case .softplus: each { x, _ in Self.logistic(x) }
        case .exponential: each { _, y in y }
        case .logarithm: each { x, _ in 1 / x }
        case .squareRoot: each { _, y in 0.5 / y }
        case .square: each { x, _ in 2 * x }
        case .negation: each { _, _ in -1 }
        case .absolute: each { x, _ in x > 0 ? 1 : x < 0 ? -1 : 0 }
        case .affine(let scale, _): each { _, _ in scale }
        case .atLeast(let bound): each { x, _ in x > bound ? 1 : 0 }
        case .huber: each { x, _ in min(max(x, -1), 1) }
        }
    }
}

extension Kernels {
    /// f of every element.
    public static func apply(_ operation: UnaryOperation, _ x: Floats) -> Floats {
        var y = Floats(uninitialized: x.count)
        let (source, target) = (x.pointer, y.mutablePointer())
        Parallel.forRanges(x.count, size: elementwisePiece) { part in
            operation.apply(source + part.lowerBound, target + part.lowerBound, part.count)
        }
        return y
    }

    /// f'(x)·g for every element, where y = f(x).
    public static func gradient(
        of operation: UnaryOperation, x: Floats, y: Floats, upstream g: Floats
    ) -> Floats {
        precondition(x.count == y.count && g.count == y.count, "sizes differ")
        var d = Floats(uninitialized: x.count)
        let (xp, yp, gp, dp) = (x.pointer, y.pointer, g.pointer, d.mutablePointer())
        Parallel.forRanges(x.count, size: elementwisePiece) { part in
            let i = part.lowerBound
            operation.applyGradient(x: xp + i, y: yp + i, g: gp + i, d: dp + i, part.count)
        }
        return d
    }
}

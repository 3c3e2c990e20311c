import Foundation
import Loops

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
    func apply(_ x: Pointer, _ y: Pointer, _ count: Int) {
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

    /// Whether the derivative is computed from y = f(x) rather than from x.
    public var gradientUsesResult: Bool {
        switch self {
        case .relu, .sigmoid, .tanh, .exponential, .squareRoot: true
        default: false
        }
    }

    /// d = f'·g for every element, from y or x, whichever ``gradientUsesResult`` says.
    func applyGradient(
        at v: Pointer, g: Pointer, d: Pointer, _ count: Int
    ) {
        @inline(__always)
        func each(_ f: (_ v: Float) -> Float) {
            for i in 0..<count { d[i] = f(v[i]) * g[i] }
        }
        switch self {
        case .relu:
            for i in 0..<count { d[i] = v[i] > 0 ? g[i] : 0 }
        case .leakyReLU(let slope): each { $0 > 0 ? 1 : slope }
        case .sigmoid: each { $0 * (1 - $0) }
        case .tanh: each { 1 - $0 * $0 }
        case .gelu:
            each { x in
                0.5 * (1 + erff(x * 0.707_106_781_186_547_5))
                    + x * 0.398_942_280_401_432_7 * expf(-0.5 * x * x)
            }
        case .geluTanh:
            each { x in
                let t = tanhf(Self.geluScale * (x + Self.geluCubic * x * x * x))
                let inner = Self.geluScale * (1 + 3 * Self.geluCubic * x * x)
                return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner
            }
        case .silu:
            each { x in
                let s = Self.logistic(x)
                return s * (1 + x * (1 - s))
            }
        case .softplus: each(Self.logistic)
        case .exponential: each { $0 }
        case .logarithm: each { 1 / $0 }
        case .squareRoot: each { 0.5 / $0 }
        case .square: each { 2 * $0 }
        case .negation: each { _ in -1 }
        case .absolute: each { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
        case .affine(let scale, _): each { _ in scale }
        case .atLeast(let bound): each { $0 > bound ? 1 : 0 }
        case .huber: each { min(max($0, -1), 1) }
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

    /// f'·g for every element, from x or f(x), whichever the operation's gradient uses.
    public static func gradient(
        of operation: UnaryOperation, at values: Floats, upstream g: Floats
    ) -> Floats {
        precondition(values.count == g.count, "sizes differ")
        var d = Floats(uninitialized: g.count)
        let (vp, gp, dp) = (values.pointer, g.pointer, d.mutablePointer())
        Parallel.forRanges(g.count, size: elementwisePiece) { part in
            let i = part.lowerBound
            operation.applyGradient(at: vp + i, g: gp + i, d: dp + i, part.count)
        }
        return d
    }
}

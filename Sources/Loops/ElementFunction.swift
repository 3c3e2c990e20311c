/// A function of one number, applied to every element.
public enum ElementFunction: Sendable {
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

    /// Whether the derivative is computed from y = f(x) rather than from x.
    public var gradientUsesResult: Bool {
        switch self {
        case .relu, .sigmoid, .tanh, .exponential, .squareRoot: true
        default: false
        }
    }
}

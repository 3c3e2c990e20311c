/// A function of one number, applied to every element.
public enum ElementFunction: Sendable {
    /// max(x, 0).
    case relu
    /// x where it is positive, slope·x elsewhere.
    case leakyReLU(slope: Float)
    /// 1 / (1 + e⁻ˣ).
    case sigmoid
    /// The hyperbolic tangent.
    case tanh
    /// x·Φ(x) with the normal distribution's Φ.
    case gelu
    /// The approximation of GELU by a hyperbolic tangent.
    case geluTanh
    /// x·sigmoid(x), also called swish.
    case silu
    /// log(1 + eˣ).
    case softplus
    /// eˣ.
    case exponential
    /// The natural logarithm.
    case logarithm
    /// √x.
    case squareRoot
    /// x².
    case square
    /// −x.
    case negation
    /// |x|; its derivative at 0 is 0.
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

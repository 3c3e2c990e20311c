import Loops

// Every function has a loop of its own: in one large function, the compiler would cease to inline
// the operations on vectors.

extension VectorLoops {
    /// y = f(x).
    public static func map(_ operation: ElementFunction, _ x: Pointer, _ y: Pointer, count: Int) {
        switch operation {
        case .relu: each(Rectified(), x, y, count)
        case .leakyReLU(let slope): each(LeakyRectified(slope: slope), x, y, count)
        case .sigmoid: each(Sigmoid(), x, y, count)
        case .tanh: each(HyperbolicTangent(), x, y, count)
        case .gelu: each(GELU(), x, y, count)
        case .geluTanh: each(TanhGELU(), x, y, count)
        case .silu: each(SiLU(), x, y, count)
        case .softplus: each(Softplus(), x, y, count)
        case .exponential: each(Exponential(), x, y, count)
        case .logarithm: each(Logarithm(), x, y, count)
        case .squareRoot: each(SquareRoot(), x, y, count)
        case .square: each(Square(), x, y, count)
        case .negation: each(Affine(scale: -1, shift: 0), x, y, count)
        case .absolute: each(Absolute(), x, y, count)
        case .affine(let scale, let shift): each(Affine(scale: scale, shift: shift), x, y, count)
        case .atLeast(let bound): each(AtLeast(bound: bound), x, y, count)
        case .huber: each(Huber(), x, y, count)
        }
    }

    /// d = f'·g, from v: f(x) where the operation's gradient uses its result, else x.
    public static func mapGradient(
        _ operation: ElementFunction, at v: Pointer, upstream g: Pointer, into d: Pointer,
        count: Int
    ) {
        switch operation {
        case .relu: slope(Rectified(), v, g, d, count)
        case .leakyReLU(let slope): Self.slope(LeakyRectified(slope: slope), v, g, d, count)
        case .sigmoid: slope(Sigmoid(), v, g, d, count)
        case .tanh: slope(HyperbolicTangent(), v, g, d, count)
        case .gelu: slope(GELU(), v, g, d, count)
        case .geluTanh: slope(TanhGELU(), v, g, d, count)
        case .silu: slope(SiLU(), v, g, d, count)
        case .softplus: slope(Softplus(), v, g, d, count)
        case .exponential: slope(Exponential(), v, g, d, count)
        case .logarithm: slope(Logarithm(), v, g, d, count)
        case .squareRoot: slope(SquareRoot(), v, g, d, count)
        case .square: slope(Square(), v, g, d, count)
        case .negation: slope(Affine(scale: -1, shift: 0), v, g, d, count)
        case .absolute: slope(Absolute(), v, g, d, count)
        case .affine(let scale, let shift):
            slope(Affine(scale: scale, shift: shift), v, g, d, count)
        case .atLeast(let bound): slope(AtLeast(bound: bound), v, g, d, count)
        case .huber: slope(Huber(), v, g, d, count)
        }
    }

    @inline(never)
    private static func each(
        _ f: some VectorFunction, _ x: Pointer, _ y: Pointer, _ count: Int
    ) {
        forEachVector(count) { place, lanes in
            store(f.value(load(x + place)), y + place, first: lanes)
        }
    }

    @inline(never)
    private static func slope(
        _ f: some VectorFunction, _ v: Pointer, _ g: Pointer, _ d: Pointer, _ count: Int
    ) {
        forEachVector(count) { place, lanes in
            store(f.gradient(load(v + place), load(g + place)), d + place, first: lanes)
        }
    }
}

/// A function of two numbers, applied to pairs of elements.
public enum PairFunction: Sendable {
    /// a + b.
    case add
    /// a − b.
    case subtract
    /// a·b.
    case multiply
    /// a / b.
    case divide
    /// The larger of a and b.
    case maximum
}

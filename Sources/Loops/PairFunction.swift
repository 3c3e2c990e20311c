/// A function of two numbers, applied to pairs of elements.
public enum PairFunction: Sendable {
    case add
    case subtract
    case multiply
    case divide
    case maximum
}

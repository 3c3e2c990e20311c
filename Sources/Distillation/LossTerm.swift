import NeuralNetwork

/// What a loss or a combination of teachers contributes to the objectives of a learner.
public struct LossTerm {
    /// A scalar averaged over the batch: a part of what the learner minimises.
    public var value: Variable
    /// A scalar that only the loss's or the combination's own parameters minimise: its gradient
    /// reaches no others. Nil where there are none, or they are trained by ``value``.
    public var auxiliary: Variable?

    /// A term of a value and, where parameters are trained apart, their own objective.
    public init(_ value: Variable, auxiliary: Variable? = nil) {
        self.value = value
        self.auxiliary = auxiliary
    }

    /// The sum of both terms' values, and of the auxiliary scalars that there are.
    public static func + (one: LossTerm, other: LossTerm) -> LossTerm {
        LossTerm(one.value + other.value, auxiliary: sum(one.auxiliary, other.auxiliary))
    }

    /// Both scalars times a factor.
    public static func * (term: LossTerm, factor: Float) -> LossTerm {
        LossTerm(term.value * factor, auxiliary: term.auxiliary.map { $0 * factor })
    }

    /// Both scalars divided by a number.
    public static func / (term: LossTerm, divisor: Float) -> LossTerm {
        LossTerm(term.value / divisor, auxiliary: term.auxiliary.map { $0 / divisor })
    }

    /// The term with one more auxiliary scalar.
    func adding(auxiliary other: Variable?) -> LossTerm {
        LossTerm(value, auxiliary: Self.sum(auxiliary, other))
    }

    private static func sum(_ one: Variable?, _ other: Variable?) -> Variable? {
        guard let one, let other else { return one ?? other }
        return one + other
    }
}

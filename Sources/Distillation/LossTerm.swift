import NeuralNetwork

/// What a loss or a combination of teachers contributes to the objectives of a learner.
public struct LossTerm {
    /// A scalar averaged over the batch: a part of what the learner minimises.
    public var value: Variable
    /// A scalar that only the loss's or the combination's own parameters minimise: its gradient
    /// reaches no others. Nil where there are none, or they are trained by ``value``; and at a step
    /// at which they do not learn, and so stay as they are.
    public var auxiliary: Variable?
    /// What is reported of the term beside its value, by name.
    public var figures: [String: Figure]

    /// A term of a value and, where parameters are trained apart, their own objective.
    public init(
        _ value: Variable, auxiliary: Variable? = nil, figures: [String: Figure] = [:]
    ) {
        self.value = value
        self.auxiliary = auxiliary
        self.figures = figures
    }

    /// The sum of both terms' values, and of the auxiliary scalars that there are.
    public static func + (one: LossTerm, other: LossTerm) -> LossTerm {
        LossTerm(
            one.value + other.value, auxiliary: sum(one.auxiliary, other.auxiliary),
            figures: one.figures + other.figures)
    }

    /// Both scalars times a factor.
    public static func * (term: LossTerm, factor: Float) -> LossTerm {
        term.mapped { $0 * factor }
    }

    /// Both scalars divided by a number.
    public static func / (term: LossTerm, divisor: Float) -> LossTerm {
        term.mapped { $0 / divisor }
    }

    private func mapped(_ body: (Variable) -> Variable) -> LossTerm {
        LossTerm(body(value), auxiliary: auxiliary.map(body), figures: figures)
    }

    /// The term with one more auxiliary scalar.
    func adding(auxiliary other: Variable?) -> LossTerm {
        LossTerm(value, auxiliary: Self.sum(auxiliary, other), figures: figures)
    }

    /// The sum of two auxiliary scalars, where there are any.
    public static func sum(_ one: Variable?, _ other: Variable?) -> Variable? {
        guard let one, let other else { return one ?? other }
        return one + other
    }
}

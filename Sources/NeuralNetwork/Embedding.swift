/// Rows of a table by the numbers of tokens.
public struct Embedding: Sendable {
    private let weight: Int
    private let vocabulary: Int

    public init(
        _ name: String, _ vocabulary: Int, _ width: Int, deviation: Float = 1,
        in builder: inout ModelBuilder
    ) {
        self.vocabulary = vocabulary
        weight = builder.scoped(name) { builder in
            builder.parameter("weight", [vocabulary, width], .normal(deviation: deviation))
        }
    }

    /// N×… tokens, T for each sample, to N·T×width.
    ///
    /// - Precondition: every token is a whole number below the size of the vocabulary.
    public func callAsFunction(_ tokens: Variable, _ pass: ForwardPass) -> Variable {
        let numbers = tokens.value.values.map { value in
            let number = Int(value)
            precondition(
                Float(number) == value && (0..<vocabulary).contains(number),
                "\(value) is no token of \(vocabulary)")
            return number
        }
        return pass.parameter(weight).selecting(rows: numbers)
    }
}

import Kernels

/// Rows of a table by the numbers of tokens.
public struct Embedding: Sendable {
    private let weight: Int

    /// - Parameters:
    ///   - vocabulary: how many different tokens there are.
    ///   - width: numbers for each token.
    ///   - standardDeviation: the standard deviation of the initial numbers.
    public init(
        _ name: String, _ vocabulary: Int, _ width: Int, standardDeviation: Float = 1,
        in builder: inout ModelBuilder
    ) {
        weight = builder.scoped(name) { builder in
            builder.parameter(
                "weight", [vocabulary, width], .normal(standardDeviation: standardDeviation))
        }
    }

    /// N×… tokens, T for each sample, to N·T×width.
    ///
    /// - Precondition: every token is a whole number below the size of the vocabulary.
    public func callAsFunction(_ tokens: Variable, _ pass: ForwardPass) -> Variable {
        pass.parameter(weight).embedding(of: tokens)
    }
}

extension Variable {
    /// The rows of this table V×width whose numbers `tokens` holds, T in all: T×width.
    ///
    /// - Precondition: every token is a whole number below V.
    func embedding(of tokens: Variable) -> Variable {
        let (whole, vocabulary) = (shape, shape[0])
        let numbers = tokens.value.values.map { value in
            let number = Int(value)
            precondition(
                Float(number) == value && (0..<vocabulary).contains(number),
                "\(value) is no token of \(vocabulary)")
            return number
        }
        return .operation(
            value.selecting(rows: numbers), of: [self, tokens], as: .embedding
        ) { g in
            let d = Kernels.rowsGradient(
                g.floats, width: whole[1], at: numbers, count: whole.reduce(1, *))
            return [Tensor(shape: whole, floats: d), nil]
        }
    }
}

import Options

/// Which of a model's classifiers answers.
public enum ModelOutput: Hashable, Sendable {
    /// The last layer.
    case last
    /// An early exit, by its number: 1 is the shallowest.
    case exit(Int)
    /// The mean of the logits of all exits and the last layer.
    case mean

    /// The name of the mean of all exits.
    public static let meanName = "mean"

    /// Reads the number of an exit, or ``meanName``; nil for other texts.
    public init?(_ text: String) {
        if text == Self.meanName {
            self = .mean
        } else if let number = Int(text), number > 0 {
            self = .exit(number)
        } else {
            return nil
        }
    }

    /// `exit1` and so on, or ``meanName``; nil for the last layer.
    public var name: String? {
        switch self {
        case .last: nil
        case .exit(let number): EarlyExit.name(number)
        case .mean: Self.meanName
        }
    }

    /// The logits N×classes of this output.
    ///
    /// - Parameters:
    ///   - last: the logits of the last layer, N×classes.
    ///   - exits: those of all early exits, in their order.
    /// - Precondition: there is such an exit; see ``Model/require(_:)``.
    public func logits(last: Variable, exits: [Variable]) -> Variable {
        switch self {
        case .last: last
        case .exit(let number): exits[number - 1]
        case .mean: exits.reduce(last, +) / Float(exits.count + 1)
        }
    }
}

extension Model {
    /// Makes sure that the model has an output.
    ///
    /// - Throws: ``SettingError`` that names the exits that there are.
    public func require(_ output: ModelOutput) throws(SettingError) {
        guard output != .last else { return }
        guard !exits.isEmpty else {
            throw SettingError(
                "the model has no early exits; only one that was trained with `exits: true`, or with"
                    + " branches, has them"
            )
        }
        guard case .exit(let number) = output, number > exits.count else { return }
        let known = exits.count == 1 ? "exit 1" : "exits 1 to \(exits.count)"
        throw SettingError(
            "the model has no exit \(number): it has \(known), and their 'mean'; without an exit the"
                + " last layer answers")
    }

    /// The logits N×classes that one of the classifiers gives of inputs N×C×H×W.
    ///
    /// - Precondition: the model has the output.
    public func logits(
        of output: ModelOutput, _ x: Variable, _ pass: ForwardPass
    ) -> Variable {
        let last = network(x, pass)
        return output.logits(last: last, exits: exits.compactMap { pass.taps[$0] })
    }
}

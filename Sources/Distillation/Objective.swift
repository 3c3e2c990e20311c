import NeuralNetwork
import Options

/// How a learner's task loss and its teaching terms become the scalar that its model minimises.
public protocol Objective: Sendable {
    /// Declares what the objective learns.
    ///
    /// - Parameter terms: the names of the teaching terms, in their order.
    mutating func prepare(terms: [String], in builder: inout ModelBuilder)

    /// The scalar that the learner's parameters minimise.
    ///
    /// - Parameters:
    ///   - task: the weighted loss on the learner's own labels.
    ///   - terms: the weighted losses of the terms that taught at this step.
    ///   - parameters: what the objective learns, as ``prepare(terms:in:)`` declared it.
    func callAsFunction(
        task: Variable, _ terms: [TermLoss], _ parameters: ForwardPass
    ) -> Variable
}

extension Objective {
    public mutating func prepare(terms: [String], in builder: inout ModelBuilder) {}
}

/// What one teaching term came to at one step.
public struct TermLoss {
    /// The term's place among the names that the objective was prepared for.
    public let place: Int
    /// Scalars whose sum is the term: one for each part of the batch that the same teachers cover.
    public let parts: [Variable]

    /// - Parameter parts: at least one scalar, weights included.
    public init(place: Int, parts: [Variable]) {
        self.place = place
        self.parts = parts
    }
}

/// The sum of the weighted task loss and the weighted terms.
public struct WeightedSum: Objective, OptionFree {
    public static let name = "sum"
    public static let summary = "the weighted task loss and every weighted term, added up"

    /// The objective; it has no options and learns nothing.
    public init() {}

    public func callAsFunction(
        task: Variable, _ terms: [TermLoss], _ parameters: ForwardPass
    ) -> Variable {
        terms.flatMap(\.parts).reduce(task, +)
    }
}

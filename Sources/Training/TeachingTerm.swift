import CohortGraph
import Distillation
import NeuralNetwork

/// One term of a learner's loss that comes from others: an edge group with its loss made.
public struct TeachingTerm: Sendable {
    /// What the term is called in reports: the loss and who teaches.
    public let name: String
    public let group: EdgeGroup
    public let loss: any DistillationLoss

    public init(_ group: EdgeGroup, loss: any DistillationLoss) {
        name = "\(group.loss)<\(group.from.joined(separator: ","))"
        self.group = group
        self.loss = loss
    }

    /// weight · loss, from the logits of everyone who teaches.
    ///
    /// - Precondition: `received` has logits from each of the group's teachers.
    func callAsFunction(_ student: Variable, received: [String: Tensor]) -> Variable {
        let teachers = group.from.compactMap { received[$0] }
        precondition(teachers.count == group.from.count, "knowledge is missing")
        guard let combination = try? Combinations.registry.make(group.combination.rawValue) else {
            preconditionFailure("no combination \(group.combination.rawValue)")
        }
        let context = LossContext(temperature: Float(group.temperature))
        return combination(student, teachers, by: loss, context).term * Float(group.weight)
    }
}

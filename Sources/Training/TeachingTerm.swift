import CohortGraph
import Distillation
import NeuralNetwork

/// One term of a learner's loss that comes from others: an edge group with its loss made.
public struct TeachingTerm: Sendable {
    /// What the term is called in reports: the loss and who teaches.
    public let name: String
    public let group: EdgeGroup
    public let loss: any ResponseLoss

    public init(_ group: EdgeGroup, loss: any ResponseLoss) {
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
        return loss(student, teachers: teachers, temperature: Float(group.temperature))
            * Float(group.weight)
    }
}

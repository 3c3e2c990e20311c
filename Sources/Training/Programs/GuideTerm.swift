import CohortGraph
import Distillation

/// One term of what a generator minimises: an edge group with its loss.
public struct GuideTerm: Sendable {
    /// What the term is called in reports: the loss and who guides.
    public let name: String
    /// Its number among the groups of the stage.
    let index: Int
    let group: EdgeGroup
    let offer: KnowledgeOffer
    let loss: any GeneratorLoss

    /// - Parameters:
    ///   - index: the group's number among the groups of the stage.
    ///   - loss: for as many nodes as the group has teachers.
    public init(
        _ group: EdgeGroup, index: Int, name: String, offer: KnowledgeOffer,
        loss: any GeneratorLoss
    ) {
        self.group = group
        self.index = index
        self.name = name
        self.offer = offer
        self.loss = loss
    }
}

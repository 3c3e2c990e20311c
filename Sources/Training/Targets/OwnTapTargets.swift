import Distillation

/// Targets from the learner itself, as constants: another place in its forward pass, or an earlier
/// version of its weights.
struct OwnTapTargets: TargetSource {
    /// The learner itself.
    private let name: String
    /// What the term asks of its teacher, here the learner itself.
    private let offer: KnowledgeOffer

    init?(for term: TermDescription) {
        guard term.group.isOwnTap else { return nil }
        name = term.group.to
        offer = term.offer
    }

    func targets(for request: TargetRequest, memory: inout NoMemory) throws -> Targets? {
        .rows([TeacherRows(name, try request.own(offer))])
    }
}

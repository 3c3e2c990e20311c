import Distillation

/// Targets that the exchange delivered at this step.
struct ReceivedTargets: TargetSource {
    /// What the term asks of its teachers.
    private let offer: KnowledgeOffer

    init?(for term: TermDescription) { offer = term.offer }

    func targets(for request: TargetRequest, memory: inout NoMemory) throws -> Targets? {
        let present = try request.present(offer)
        return present.isEmpty ? nil : .rows(present)
    }
}

extension TargetRequest {
    /// The summaries of the teachers whose knowledge of this step was delivered.
    ///
    /// - Throws: ``ExchangeFailure`` where a teacher that is not absent sent no such tensor.
    func present(_ offer: KnowledgeOffer) throws -> [TeacherRows] {
        try teachers.filter { !received.lacks(offer, of: $0) }.map { name in
            TeacherRows(name, try received.tensor(offer, of: name))
        }
    }
}

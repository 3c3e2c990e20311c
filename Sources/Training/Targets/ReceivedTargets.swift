import Distillation
import NeuralNetwork

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
    /// The summaries of the teachers whose knowledge of this step is there: what was delivered, and
    /// of a learner among its own teachers what its own forward pass shows.
    ///
    /// - Throws: ``ExchangeFailure`` where a teacher that is not absent sent no such tensor.
    func present(_ offer: KnowledgeOffer) throws -> [TeacherRows] {
        try teachers.filter { !received.lacks(offer, of: $0) }.map { name in
            TeacherRows(
                name,
                try name == learner ? own(offer) : received.tensor(offer, of: name))
        }
    }

    /// What a term asks for, of the learner's own weights, as a constant.
    ///
    /// - Throws: ``Divergence`` where the outputs of an earlier version are not finite.
    func own(_ offer: KnowledgeOffer) throws -> Tensor {
        try views(offer).detached.summary(offer.summary, of: offer.taps).value
    }
}

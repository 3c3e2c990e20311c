import Distillation

/// Targets from the learner itself: of each sample what its weights computed when it saw the sample
/// last, in training mode and under the augmentation of that time.
///
/// A sample that it has not seen yet has no target.
struct LastSeenTargets: TargetSource {
    /// The learner itself.
    private let name: String
    /// What the term asks of its teacher, here the learner itself.
    private let offer: KnowledgeOffer

    init?(for term: TermDescription) {
        guard term.group.isOwnTap, term.group.edge.version == .lastSeen else { return nil }
        name = term.group.to
        offer = term.offer
    }

    var initialMemory: SampleMemory { SampleMemory() }

    func targets(for request: TargetRequest, memory: inout SampleMemory) throws -> Targets? {
        guard let samples = request.batch.samples else { return nil }
        let rows = memory.latest(of: name, samples, at: request.step, age: nil)
        let now = request.view.detached.summary(offer.summary, of: offer.taps).value
        memory.store(now, of: name, samples: samples, step: request.step)
        return rows.map { .rows([$0]) }
    }
}

import CohortGraph
import Exchange

/// Targets that were delivered at this step; for a late teacher the latest that was stored of each
/// sample.
struct BankedTargets: TargetSource {
    /// What the term asks of its teachers.
    private let offer: KnowledgeOffer
    /// Every teacher of the term.
    let latecomers: [String]
    /// How many steps old a stored row may be; nil for any age.
    private let age: Int?

    init?(for term: TermDescription) {
        guard case .bank(let age) = term.group.edge.missing else { return nil }
        offer = term.offer
        latecomers = term.group.from
        self.age = age
    }

    var initialMemory: SampleMemory { SampleMemory() }

    func store(
        late knowledge: Knowledge, from teacher: String, of samples: [Int],
        in memory: inout SampleMemory
    ) throws {
        guard let tensor = knowledge.tensors.first(where: { $0.name == offer.name }) else { return }
        memory.store(
            try offer.received(tensor), of: teacher, samples: samples, step: knowledge.step)
    }

    func targets(for request: TargetRequest, memory: inout SampleMemory) throws -> Targets? {
        let present = try request.present(offer)
        guard let samples = request.batch.samples else {
            return present.isEmpty ? nil : .rows(present)
        }
        // A teacher that is not drawn at this step may have published for another term.
        for teacher in latecomers where request.received.has(offer, of: teacher) {
            memory.store(
                try request.received.tensor(offer, of: teacher), of: teacher,
                samples: samples, step: request.step)
        }
        let stored = request.teachers.filter { name in !present.contains { $0.name == name } }
            .compactMap { name in
                memory.latest(of: name, samples, at: request.step, age: age)
            }
        let rows = request.teachers.compactMap { name in
            (present + stored).first { $0.name == name }
        }
        return rows.isEmpty ? nil : .rows(rows)
    }
}

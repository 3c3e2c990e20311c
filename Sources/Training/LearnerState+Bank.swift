import CohortGraph
import Datasets
import Exchange
import NeuralNetwork

extension LearnerAssembly {
    /// What is kept of a teacher for when it is late.
    fileprivate func offersKept(of teacher: String) -> [KnowledgeOffer] {
        terms.filter { $0.group.edge.missing.isBank && $0.group.from.contains(teacher) }
            .map(\.offer)
            .reduce(into: []) { kept, offer in
                if !kept.contains(where: { $0.name == offer.name }) { kept.append(offer) }
            }
    }

    /// The teachers of whom something is kept.
    fileprivate var teachersKept: [String] {
        Set(terms.filter { $0.group.edge.missing.isBank }.flatMap(\.group.from)).sorted()
    }
}

extension LearnerState {
    /// Keeps what teachers said in time of the samples of a step.
    mutating func keep(
        _ received: ReceivedKnowledge, of batch: Batch, for assembly: LearnerAssembly
    ) throws {
        guard let samples = batch.samples else { return }
        for teacher in assembly.teachersKept {
            for offer in assembly.offersKept(of: teacher) where received.has(offer, of: teacher) {
                bank.add(
                    try received.tensor(offer, of: teacher), named: offer.name, of: teacher,
                    samples: samples, step: step)
            }
        }
    }

    /// Keeps what came too late for its own step.
    ///
    /// - Parameter samples: those of a step; nil where they have no numbers.
    /// - Returns: of whom something is of other samples, and is not kept.
    mutating func keep(
        late: [(sender: String, knowledge: Knowledge)], for assembly: LearnerAssembly,
        samples: (_ step: Int) -> SampleBatch?
    ) throws -> Set<String> {
        var strays: Set<String> = []
        for (teacher, knowledge) in late {
            guard let batch = samples(knowledge.step), batch.digest == knowledge.batchDigest else {
                strays.insert(teacher)
                continue
            }
            for offer in assembly.offersKept(of: teacher) {
                guard let tensor = knowledge.tensors.first(where: { $0.name == offer.name })
                else { continue }
                bank.add(
                    try offer.received(tensor), named: offer.name, of: teacher,
                    samples: batch.samples, step: knowledge.step)
            }
        }
        return strays
    }
}

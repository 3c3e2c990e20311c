import CohortGraph
import Datasets
import Exchange

/// Knowledge that arrived too late for its own step.
typealias LateKnowledge = (sender: String, knowledge: Knowledge)

extension LearnerState {
    /// Lets the target sources of a learner's terms store what arrived late.
    ///
    /// - Parameter samples: the samples of a step; nil where they have no numbers.
    /// - Returns: the teachers whose late message carried another batch's digest; it is not stored.
    mutating func store(
        late: [LateKnowledge], for terms: [TeachingTerm],
        _ samples: (_ step: Int) -> SampleBatch?
    ) throws -> Set<String> {
        var mismatches: Set<String> = []
        for (teacher, knowledge) in late {
            guard let batch = samples(knowledge.step), batch.digest == knowledge.batchDigest
            else {
                mismatches.insert(teacher)
                continue
            }
            for (place, term) in terms.enumerated()
            where term.source.latecomers.contains(teacher) {
                try term.source.store(
                    late: knowledge, from: teacher, of: batch.samples,
                    in: &self.terms[place].source)
            }
        }
        return mismatches
    }
}

extension StepOutcome {
    /// Notes what a step waited for, and stores what arrived late.
    mutating func store(
        _ received: ReceivedKnowledge, for terms: [TeachingTerm],
        _ samples: (_ step: Int) -> SampleBatch?
    ) throws {
        (waited, waitedFor) = (received.waited, received.waitedFor)
        absent = received.absent
        batchMismatches = try state.store(late: received.late, for: terms, samples)
    }
}

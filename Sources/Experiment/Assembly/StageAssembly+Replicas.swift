import Bytes
import CohortGraph
import Distillation
import Options

/// Losses of which both sides of an edge have a replica.
extension StageAssembly {
    /// What the names of a replica's parameters begin with: the same on both sides.
    static let replicaScope = "replica"

    /// The key that both sides have; nil where nothing is replicated.
    func replica(of group: EdgeGroup) -> RandomKey? {
        guard group.edge.lossTraits.contains(.replicated) else { return nil }
        return .replica(seed: assembler.configuration.seed, between: group.from + [group.to])
    }

    /// A loss that knows the samples, where it looks at them.
    ///
    /// - Throws: ``SettingError`` where both sides would not have the same bits.
    func replicated(
        _ loss: any DistillationLoss, of group: EdgeGroup
    ) throws -> any DistillationLoss {
        guard var loss = loss as? any ReplicatedLoss else { return loss }
        try check(replicaOf: group)
        let learner = try assembler.learner(group.to)
        loss.know(sample: try assembler.samples.corpus.view(learner.view).train.shape)
        return loss
    }

    /// Refuses learners that see other images of the same samples, or learn for another time.
    private func check(replicaOf group: EdgeGroup) throws {
        let sides = try (group.from + [group.to]).map { try assembler.learner($0) }
        let isAlike = try sides.dropFirst().allSatisfy { side in
            try side.view == sides[0].view
                && assembler.samples.normalization(of: side)
                    == assembler.samples.normalization(of: sides[0])
        }
        let problem: String? =
            if group.from.count > 1 {
                "it is of two sides, and here are \(group.from.count) teachers; give each an edge of"
                    + " its own"
            } else if !isAlike {
                "both sides must see the same images; give them one view and one normalization"
            } else if Set(sides.compactMap { budgets[$0.name] }.filter { $0 > 0 }).count > 1 {
                "both sides must learn for the same number of steps; give them one budget"
            } else if assembler.samples.augmentation.isOwn {
                "both sides must see the same images; leave `own` out of data.augmentation"
            } else {
                nil
            }
        guard let problem else { return }
        throw SettingError(
            "teaching '\(group.to)' by loss '\(group.edge.loss.name)' from"
                + " \(group.from.joined(separator: ", ")): \(problem)")
    }
}

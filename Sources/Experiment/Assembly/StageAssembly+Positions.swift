import CohortGraph
import Distillation
import Options

extension StageAssembly {
    /// Refuses what compares samples by one class of each where every position has a label.
    static func checkPositions(_ groups: [EdgeGroup], _ assembler: Assembler) throws(SettingError) {
        let data = assembler.samples.corpus
        guard data.train.labelsPerSample > 1 else { return }
        let reason = "\(data.name) has a label at each position"
        if assembler.samples.sampling.perClass != nil {
            throw SettingError(
                "data: sampler: per-class needs one class for each sample, and \(reason); leave it"
                    + " out")
        }
        for group in groups {
            try about(group) { () throws(SettingError) in
                guard let need = try need(of: group, assembler) else { return }
                throw SettingError(
                    "it needs \(need), and \(reason); compare responses, by kd or dml, or places"
                        + " without labels")
            }
        }
    }

    /// What a group needs of a sample's one class; nil where it needs none.
    private static func need(
        of group: EdgeGroup, _ assembler: Assembler
    ) throws(SettingError) -> String? {
        if group.edge.version == .partner { return "other samples of the same class" }
        guard case .draws(let loss) = try assembler.stageLoss(of: group) else { return nil }
        if loss is any RememberingLoss { return "the class of each sample that it remembers" }
        if group.edge.lossTraits.contains(.replicated) { return "a class for each sample" }
        if group.edge.needsErrors { return "the errors of each sample of the validation" }
        guard loss.summary != .logits else { return nil }
        let taps = group.edge.taps.from + group.edge.taps.to
        if loss.traits.contains(.pairsLogits) || taps.contains(Taps.logits) {
            return "one row of logits for each sample"
        }
        return group.edge.needsLabels ? "a class for each sample" : nil
    }
}

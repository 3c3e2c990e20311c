import CohortGraph
import Distillation
import Exchange
import Options

extension TeachingGraph {
    /// The same with the codec that `auto` stands for: of responses of very many classes the
    /// likeliest travel, where nothing needs them exactly.
    ///
    /// - Parameters:
    ///   - relayed: the numbers of the groups whose sum relays make, which is exact.
    ///   - loss: the loss of a group.
    func choosingCodecs(
        classes: Int, relayed: Set<Int>,
        _ loss: (EdgeGroup) throws(SettingError) -> StageLoss
    ) throws(SettingError) -> TeachingGraph {
        let isWide = classes > AutomaticCodec.mostClasses
        var chosen = groups
        for number in groups.indices where groups[number].edge.codec.name == AutomaticCodec.name {
            let group = groups[number]
            var mayLose = isWide && !relayed.contains(number) && group.mayLoseBits
            if mayLose { mayLose = try loss(group).comparesProbabilities }
            chosen[number].edge.choose(mayLose)
        }
        return TeachingGraph(learners: learners, groups: chosen)
    }
}

extension EdgeGroup {
    /// Whether its responses may be rounded: nobody needs the gradient in them, the same bits, or
    /// the logits themselves.
    fileprivate var mayLoseBits: Bool {
        edge.knowledge == .response && edge.form == .logits && edge.inputs != .made
            && edge.combinationTraits.isDisjoint(with: [.keepsOffsets, .needsPairs])
    }
}

extension StageLoss {
    /// Whether it compares probabilities, and nothing else of a teacher.
    fileprivate var comparesProbabilities: Bool {
        guard case .draws(let loss) = self else { return false }
        return loss is any ProbabilityLoss
    }
}

extension EdgeOptions {
    /// - Parameter isWide: whether the likeliest classes travel alone.
    fileprivate mutating func choose(_ isWide: Bool) {
        guard isWide else {
            codec = NamedOptions(name: Float32Codec.name)
            return
        }
        codec = NamedOptions(
            name: TopKCodec.name, options: .map(["k": .scalar(AutomaticCodec.likeliest)]))
        codecTraits = TopKCodec().traits
    }
}

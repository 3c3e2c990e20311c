import CohortGraph
import Exchange
import Options

extension TeachingGraph {
    /// The same with the codec that `auto` stands for: of responses of very many classes the
    /// likeliest travel, where nothing needs them exactly.
    ///
    /// - Parameter relayed: the numbers of the groups whose sum relays make, which is exact.
    func choosingCodecs(classes: Int, relayed: Set<Int>) -> TeachingGraph {
        TeachingGraph(
            learners: learners,
            groups: groups.enumerated().map { number, group in
                guard group.edge.codec.name == AutomaticCodec.name else { return group }
                var group = group
                let isWide = classes > AutomaticCodec.mostClasses && !relayed.contains(number)
                group.edge.choose(isWide && group.mayLoseBits)
                return group
            })
    }
}

extension EdgeGroup {
    /// Whether its responses may be rounded: nobody needs the gradient in them, or the same bits.
    fileprivate var mayLoseBits: Bool {
        edge.knowledge == .response && edge.form == .logits && edge.inputs != .made
            && !edge.lossTraits.contains(.replicated)
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

/// What a combination of teachers declares of itself, as far as others must decide by it.
public struct CombinationTraits: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public let rawValue: Int

    /// The set with these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It reads the labels of the batch and cannot be used on an unlabelled pool.
    public static let needsLabels = CombinationTraits(rawValue: 1 << 0)
    /// It weighs teachers by their errors on the validation samples, which they must exchange.
    public static let needsErrors = CombinationTraits(rawValue: 1 << 1)
    /// It makes a target of the teachers' responses and cannot combine features or relations.
    public static let responsesOnly = CombinationTraits(rawValue: 1 << 2)
    /// All of its teachers must teach at every step.
    public static let needsAll = CombinationTraits(rawValue: 1 << 3)
    /// It looks at each sample by itself, so that part of a batch can be combined without the rest.
    public static let bySample = CombinationTraits(rawValue: 1 << 4)
    /// Its value is a sum over teachers, which grows with their number; others are means.
    public static let addsUp = CombinationTraits(rawValue: 1 << 5)
    /// It needs no more than the sum of the teachers' probabilities where the loss takes soft
    /// targets, so that relays can carry its knowledge.
    public static let takesSum = CombinationTraits(rawValue: 1 << 6)
    /// What it learns minimises an auxiliary scalar, by a parameter group of its own.
    public static let learnsApart = CombinationTraits(rawValue: 1 << 7)
    /// Its target is made of the learner's own responses too.
    public static let includesStudent = CombinationTraits(rawValue: 1 << 8)
    /// It makes a target of responses and keeps the offset of each row of logits.
    public static let keepsOffsets = CombinationTraits(rawValue: 1 << 9)
    /// Its target is another than the teachers' even where all of them agree.
    public static let reshapesTargets = CombinationTraits(rawValue: 1 << 10)
    /// It weighs the teachers, or the losses against each, by weights that it learns with the
    /// learner's objective, so that its value is no loss against one target that stands still.
    public static let weighsLosses = CombinationTraits(rawValue: 1 << 11)
    /// It weighs teachers by activations that travel with their logits, and takes no loss but one
    /// that pairs both.
    public static let needsPairs = CombinationTraits(rawValue: 1 << 14)
    /// It counts the teachers' votes under noise, and nothing else that depends on them may leave
    /// the learner.
    public static let countsVotes = CombinationTraits(rawValue: 1 << 12)
    /// Its noise follows from a secret that is kept in the learner's folder.
    public static let needsSecret = CombinationTraits(rawValue: 1 << 13)
}

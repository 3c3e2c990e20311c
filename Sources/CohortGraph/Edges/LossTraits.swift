/// What a loss declares of itself, as far as others must decide by it.
public struct LossTraits: OptionSet, Hashable, Sendable {
    /// The bits of the set.
    public let rawValue: Int

    /// The set with these bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// It reads the labels of the batch and cannot be used on an unlabelled pool.
    public static let needsLabels = LossTraits(rawValue: 1 << 0)
    /// Its value and gradient are zero where student and teacher are equal.
    public static let vanishesAtEquality = LossTraits(rawValue: 1 << 1)
    /// It is the Kullback-Leibler divergence KL(teacher‖student), and is written so in a formula.
    public static let isDivergence = LossTraits(rawValue: 1 << 2)
    /// What it learns minimises an auxiliary scalar, by a parameter group of its own.
    public static let learnsApart = LossTraits(rawValue: 1 << 3)
    /// It compares logits as they are: a number that is added to a row of them counts.
    public static let readsOffsets = LossTraits(rawValue: 1 << 4)
    /// It divides logits by the temperature T, and does not carry its square.
    public static let isUnscaled = LossTraits(rawValue: 1 << 5)
    /// It compares logits, divided by the temperature, that travel with an activation. The
    /// activations of teachers may differ in width.
    public static let pairsLogits = LossTraits(rawValue: 1 << 6)
    /// Its labels count for outputs that no earlier task has.
    public static let labelsNewOutputs = LossTraits(rawValue: 1 << 7)
    /// A generator minimises it, by the gradients that its teachers send back.
    public static let guides = LossTraits(rawValue: 1 << 8)
    /// A block imitates a stage of its teacher, whose maps are its input and its target.
    public static let imitatesStage = LossTraits(rawValue: 1 << 9)
    /// What it learns is a replica: a learner and its teacher have the same bits of it, and each
    /// needs the other's logits of every step as they are.
    public static let replicated = LossTraits(rawValue: 1 << 10)
    /// It compares two views of each sample, of which a generator's batch then holds half as many.
    public static let comparesViews = LossTraits(rawValue: 1 << 11)
}

import Bytes
import Distillation
import NeuralNetwork

/// What a learner must know to train: made from the configuration, the same in every run of it.
public struct LearnerAssembly: Sendable {
    /// The name of the learner.
    public var name: String
    /// Its network.
    public var model: Model
    /// How it learns; of 0 steps for one whose weights are frozen.
    public var training: TrainingPlan
    /// The teaching terms of its loss; none for a learner that trains alone.
    public var terms: [TeachingTerm]
    /// What it minimises in place of a loss where it makes samples; none for others.
    public var guides: [GuideTerm] = []
    /// What it imitates where it is a block; nil for others.
    public var block: BlockTerm?
    /// Determines the random numbers of which samples are made; by default it follows from ``key``.
    /// A generator that follows another has that one's.
    public var numbers: RandomKey
    /// How the task loss and the terms become the scalar that the model minimises.
    public var objective: any Objective
    /// The parameter groups beside the model; the first is that of the edges and the objective.
    public var groups: [ParameterGroup]
    /// What its students ask for, each tensor once.
    public var offers: [KnowledgeOffer]
    /// The samples that it sends teachers that have none.
    public var inputs: [InputOffer]
    /// The samples that it writes itself; nil for a learner that takes those of the data alone.
    public var onPolicy: OnPolicySamples?
    /// What is taught at every step of the stage.
    public var plan: TeachingPlan
    /// What travels between it and its neighbours; nil for a learner that trains alone.
    public var contracts: TensorContracts?
    /// How it misleads its students, in an experiment about that; nil for an honest learner.
    public var byzantine: ByzantineBehaviour?
    /// The batches and the held-out samples that it sees.
    public var data: LearnerData
    /// The tasks that it meets one after another; nil where its samples are one task.
    public var tasks: LearnerTasks?
    /// Determines its initial weights and every random draw.
    public var key: RandomKey
    /// Determines the noise of private votes; by default it follows from ``key``.
    public var noise: NoiseKey
    /// Weights to begin with; nil for random ones.
    public var weights: (parameters: Parameters, buffers: Buffers)?

    /// A learner; by default one that trains alone by the weighted sum of its losses.
    public init(
        name: String, model: Model, training: TrainingPlan, terms: [TeachingTerm] = [],
        objective: any Objective = WeightedSum(), groups: [ParameterGroup] = [],
        offers: [KnowledgeOffer] = [], inputs: [InputOffer] = [], plan: TeachingPlan,
        contracts: TensorContracts? = nil,
        byzantine: ByzantineBehaviour? = nil, data: LearnerData, key: RandomKey,
        weights: (parameters: Parameters, buffers: Buffers)? = nil
    ) {
        self.name = name
        self.model = model
        self.training = training
        self.terms = terms
        self.objective = objective
        self.groups = groups.isEmpty ? [ParameterGroup(edges: [])] : groups
        self.offers = offers
        self.inputs = inputs
        self.plan = plan
        self.contracts = contracts
        self.byzantine = byzantine
        self.data = data
        self.key = key
        numbers = key.child("numbers")
        noise = NoiseKey(seeded: key.child("noise"))
        self.weights = weights
    }

    /// Whether the noise of a term must follow from a secret.
    public var needsSecret: Bool {
        terms.contains { $0.combination.traits.contains(.needsSecret) }
    }

    /// The learner before its first step.
    public var initialState: LearnerState {
        var state = LearnerState(
            parameters: weights?.parameters
                ?? model.initialParameters(key: key.child("parameters")),
            buffers: weights?.buffers ?? model.initialBuffers, groups: groups,
            terms: terms.count, optimizer: training.optimizer, key: key)
        for version in versions { state.versions[version] = state.weightsNow }
        return state
    }
}

import Bytes
import NeuralNetwork

/// What a learner must know to train: made from the configuration, the same in every run of it.
public struct LearnerAssembly: Sendable {
    public var name: String
    public var model: Model
    /// How it learns; of 0 steps for one whose weights are frozen.
    public var recipe: TrainingRecipe
    /// The teaching terms of its loss; none for a learner that trains alone.
    public var terms: [TeachingTerm]
    /// What its students ask for, each tensor once.
    public var offers: [KnowledgeOffer]
    public var plan: TeachingPlan
    /// What travels between it and its neighbours; nil for a learner that trains alone.
    public var forms: KnowledgeForms?
    /// How it lies to its students; nil for an honest one.
    public var attack: Attack?
    /// The layout of what its edges learn.
    public var edgeSlots: [ParameterSlot]
    public var data: LearnerData
    /// Determines its initial weights and every random draw.
    public var key: RandomKey
    /// Weights to begin with; nil for random ones.
    public var weights: (parameters: Parameters, buffers: Buffers)?

    public init(
        name: String, model: Model, recipe: TrainingRecipe, terms: [TeachingTerm] = [],
        offers: [KnowledgeOffer] = [], plan: TeachingPlan, forms: KnowledgeForms? = nil,
        attack: Attack? = nil, edgeSlots: [ParameterSlot] = [],
        data: LearnerData, key: RandomKey,
        weights: (parameters: Parameters, buffers: Buffers)? = nil
    ) {
        self.name = name
        self.model = model
        self.recipe = recipe
        self.terms = terms
        self.offers = offers
        self.plan = plan
        self.forms = forms
        self.attack = attack
        self.edgeSlots = edgeSlots
        self.data = data
        self.key = key
        self.weights = weights
    }

    /// The learner before its first step.
    public var initialState: LearnerState {
        LearnerState(
            parameters: weights?.parameters
                ?? model.initialParameters(key: key.child("parameters")),
            buffers: weights?.buffers ?? model.initialBuffers,
            edges: Parameters(initializing: edgeSlots, key: key.child("edges")),
            optimizer: recipe.optimizer)
    }
}

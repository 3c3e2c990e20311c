import Bytes
import Distillation
import NeuralNetwork

/// Parameters beside the model's that one optimiser steps to minimise one scalar.
///
/// A learner's groups are stepped in their order, after its model: what its edges and its objective
/// learn, and for each term with an auxiliary scalar a group of its own.
public struct ParameterGroup: Sendable {
    /// What a group minimises.
    public enum Goal: Hashable, Sendable {
        /// The learner's objective.
        case objective
        /// The auxiliary scalar of a teaching term.
        case auxiliary(term: String)
    }

    /// The name of the group of what edges and the objective learn.
    static let edges = "edges"

    /// Names the group in checkpoints.
    public let name: String
    /// The names and shapes of its parameters.
    public let slots: [ParameterSlot]
    /// The running moments of its batch normalizations, before the first batch.
    public let buffers: Buffers
    /// The scalar that it minimises.
    public let goal: Goal
    /// How it is trained; nil by the optimiser and at the rate of the model.
    public let training: OwnTraining?
    /// By which it begins; nil by the learner's.
    public let key: RandomKey?

    /// The group of what the edges and the objective learn.
    public init(edges slots: [ParameterSlot], buffers: Buffers = .none) {
        self.init(name: Self.edges, slots: slots, buffers, goal: .objective, nil, nil)
    }

    /// The group of what a term learns by its auxiliary scalar.
    ///
    /// - Parameter key: of a replica, the same on both sides.
    public init(
        term: String, slots: [ParameterSlot], buffers: Buffers = .none,
        training: OwnTraining? = nil, key: RandomKey? = nil
    ) {
        self.init(name: term, slots: slots, buffers, goal: .auxiliary(term: term), training, key)
    }

    private init(
        name: String, slots: [ParameterSlot], _ buffers: Buffers, goal: Goal,
        _ training: OwnTraining?, _ key: RandomKey?
    ) {
        self.name = name
        self.slots = slots
        self.buffers = buffers
        self.goal = goal
        self.training = training
        self.key = key
    }

    /// A group's parameters, its running moments and its optimiser's state.
    public struct State: Sendable {
        /// The values of its parameters.
        public var parameters: Parameters
        /// The running moments of its batch normalizations.
        public var buffers: Buffers
        /// The state of its optimiser.
        public var optimizer: OptimizerState

        /// Takes one step of an optimiser.
        mutating func step(by optimizer: any Optimizer, _ gradients: Tensor, rate: Float) {
            optimizer.step(
                &parameters, gradients: gradients, state: &self.optimizer, rate: rate)
        }
    }

    /// The group before the first step.
    ///
    /// - Parameters:
    ///   - key: of the learner.
    ///   - optimizer: of the model.
    func initialState(key: RandomKey, _ optimizer: any Optimizer) -> State {
        let parameters = Parameters(
            initializing: slots, key: self.key ?? key.child(Self.edges))
        return State(
            parameters: parameters, buffers: buffers,
            optimizer: (training?.optimizer ?? optimizer).initialState(for: parameters))
    }
}

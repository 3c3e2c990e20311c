import Bytes
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

    /// The group of what the edges and the objective learn.
    public init(edges slots: [ParameterSlot], buffers: Buffers = .none) {
        self.init(name: Self.edges, slots: slots, buffers, goal: .objective)
    }

    /// The group of what a term learns by its auxiliary scalar.
    public init(term: String, slots: [ParameterSlot], buffers: Buffers = .none) {
        self.init(name: term, slots: slots, buffers, goal: .auxiliary(term: term))
    }

    private init(name: String, slots: [ParameterSlot], _ buffers: Buffers, goal: Goal) {
        self.name = name
        self.slots = slots
        self.buffers = buffers
        self.goal = goal
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
    /// - Parameter key: of the learner.
    func initialState(key: RandomKey, _ optimizer: any Optimizer) -> State {
        let parameters = Parameters(initializing: slots, key: key.child(Self.edges))
        return State(
            parameters: parameters, buffers: buffers,
            optimizer: optimizer.initialState(for: parameters))
    }
}

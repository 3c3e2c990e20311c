import Foundation
import NeuralNetwork

/// Whether the numbers of a learner's state are finite.
extension LearnerState {
    /// The first part that is not finite, in words; nil where all are.
    func nonFinitePart(_ layout: StateLayout) -> String? {
        parameters.nonFiniteSlot.map { "the weight '\($0)'" }
            ?? buffers.nonFiniteLayer.map { "the running moments of '\($0)'" }
            ?? (optimizer.isFinite ? nil : "the optimiser's state")
            ?? (accumulated.isFinite ? nil : "a gradient since the last update")
            ?? zip(layout.groups, groups).lazy.compactMap { $1.nonFinitePart(of: $0) }.first
    }

    /// What the objective has learned, in words; nil where it learns nothing.
    func objectiveInWords(_ layout: StateLayout) -> String? {
        let found = zip(layout.groups, groups).flatMap { group, state in
            group.slots.filter { $0.name.hasPrefix("objective.") }.map { slot in
                let values = state.parameters[slot].values
                    .map { String(format: "%.4g", Double($0)) }
                return "'\(slot.name)' at \(values.joined(separator: ", "))"
            }
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }
}

extension ParameterGroup.State {
    fileprivate func nonFinitePart(of group: ParameterGroup) -> String? {
        parameters.nonFiniteSlot.map { "'\($0)', which is learned beside the model" }
            ?? buffers.nonFiniteLayer.map { "the running moments of '\($0)'" }
            ?? (optimizer.isFinite ? nil : "the optimiser's state of the group '\(group.name)'")
    }
}

extension Parameters {
    /// The name of the first slot with a value that is not finite.
    fileprivate var nonFiniteSlot: String? {
        flat.isFinite ? nil : slots.first { !self[$0].isFinite }?.name
    }
}

extension OptimizerState {
    fileprivate var isFinite: Bool { buffers.allSatisfy(\.isFinite) }
}

extension LearnerProgress {
    /// Refuses numbers that are not finite, which no checkpoint may hold.
    ///
    /// - Throws: ``Divergence``.
    func checkFinite(of assembly: LearnerAssembly) throws {
        guard state.nonFinitePart(assembly.layout) != nil else { return }
        throw Divergence(.state, at: max(0, state.step - 1))
            .explained(by: assembly, state, last: sizes)
    }
}

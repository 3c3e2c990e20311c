import CohortGraph

/// A step and one of its phases: what a learner publishes ascends in slots.
package struct Slot: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var step: Int
    package var phase: Phase

    package init(step: Int, phase: Phase) {
        self.step = step
        self.phase = phase
    }

    package init(_ position: Position) {
        self.init(step: position.step, phase: position.phase)
    }

    package static func < (left: Slot, right: Slot) -> Bool {
        (left.step, left.phase.rawValue) < (right.step, right.phase.rawValue)
    }

    /// The last phase of a step.
    static let lastPhase = Phase.allCases.max { $0.rawValue < $1.rawValue } ?? .before

    package var description: String {
        phase == .before ? "step \(step)" : "step \(step), phase \(phase)"
    }
}

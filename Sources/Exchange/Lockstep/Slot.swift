import CohortGraph

/// A step and one of its phases: what a learner publishes ascends in slots.
public struct Slot: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    public var step: Int
    public var phase: Phase

    public init(step: Int, phase: Phase) {
        self.step = step
        self.phase = phase
    }

    package init(_ position: Position) {
        self.init(step: position.step, phase: position.phase)
    }

    public static func < (left: Slot, right: Slot) -> Bool {
        (left.step, left.phase.rawValue) < (right.step, right.phase.rawValue)
    }

    /// The last phase of a step.
    static let lastPhase = Phase.allCases.max { $0.rawValue < $1.rawValue } ?? .before

    static let first = Slot(step: 0, phase: .before)

    /// The slot after this one.
    var next: Slot {
        Phase(rawValue: phase.rawValue + 1).map { Slot(step: step, phase: $0) }
            ?? Slot(step: step + 1, phase: .before)
    }

    /// The slot before this one; nil for the first.
    var previous: Slot? {
        if phase.rawValue > 0, let phase = Phase(rawValue: phase.rawValue - 1) {
            return Slot(step: step, phase: phase)
        }
        return step > 0 ? Slot(step: step - 1, phase: Self.lastPhase) : nil
    }

    public var description: String {
        phase == .before ? "step \(step)" : "step \(step), phase \(phase)"
    }
}

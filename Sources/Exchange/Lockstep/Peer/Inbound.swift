import CohortGraph

/// What a teacher published and the learner has not gathered yet.
///
/// Invariants: a step and round is in the inbox or among the rejected, not in both; all of them are
/// of no more steps than the window; all are later than what is settled.
package struct Inbound: Sendable {
    /// What may be gathered.
    package private(set) var inbox = ByStepRound<Knowledge>()
    /// Why knowledge cannot be used, where that is so.
    package private(set) var rejected = ByStepRound<String>()
    /// The teacher did not come in time, and has not been in time since.
    package var isLate = false
    /// How far the teacher's knowledge was used; nil where late knowledge is discarded.
    package var late: LateKnowledge?

    /// Nothing is published yet.
    package init(acceptsLate: Bool) { late = acceptsLate ? LateKnowledge() : nil }

    /// Whether nothing is held.
    package var isEmpty: Bool { inbox.count + rejected.count == 0 }

    /// All that is held, usable or not.
    package var stepRounds: [StepRound] { inbox.stepRounds + rejected.stepRounds }

    /// Whether anything is held for `stepRound`.
    package func holds(_ stepRound: StepRound) -> Bool {
        inbox.holds(stepRound) || rejected.holds(stepRound)
    }

    /// Whether what is held, with that of `stepRound`, stays within the window.
    package func hasRoom(for stepRound: StepRound, window: Int) -> Bool {
        guard inbox.count + rejected.count >= window else { return true }
        return Set((stepRounds + [stepRound]).map(\.step)).count <= window
    }

    /// Puts knowledge into the inbox.
    package mutating func add(_ knowledge: Knowledge) { inbox[StepRound(knowledge)] = knowledge }

    /// Holds an objection in place of what was published.
    package mutating func reject(_ stepRound: StepRound, _ objection: String) {
        inbox[stepRound] = nil
        rejected[stepRound] = objection
    }

    /// Rejects what is in the inbox for `stepRound` if there is an objection to it.
    ///
    /// - Returns: whether anything is held for `stepRound`.
    package mutating func judge(
        _ stepRound: StepRound, _ objection: (Knowledge) -> String?
    ) -> Bool {
        guard !rejected.holds(stepRound) else { return true }
        guard let knowledge = inbox[stepRound] else { return false }
        if let objection = objection(knowledge) { reject(stepRound, objection) }
        return true
    }

    /// Discards all up to and with `stepRound`.
    package mutating func discard(upTo stepRound: StepRound) {
        inbox.remove(upTo: stepRound)
        rejected.remove(upTo: stepRound)
    }

    /// Notes that all up to `stepRound` was used or is of no use, and discards it.
    package mutating func settle(upTo stepRound: StepRound?) {
        guard let stepRound else { return }
        late?.take(upTo: stepRound)
        discard(upTo: stepRound)
    }

    /// What contradicts itself in this value; nil where nothing does.
    package func contradiction(settled: StepRound?, window: Int) -> String? {
        guard !isEmpty else { return late?.contradiction }
        if rejected.count > 0, inbox.stepRounds.contains(where: { rejected.holds($0) }) {
            return "the same knowledge is in the inbox and rejected"
        }
        if inbox.count + rejected.count > window, Set(stepRounds.map(\.step)).count > window {
            return "its inbox exceeds the window"
        }
        if let settled, inbox.holds(upTo: settled) || rejected.holds(upTo: settled) {
            return "its inbox holds what is settled at \(settled)"
        }
        return late?.contradiction
    }
}

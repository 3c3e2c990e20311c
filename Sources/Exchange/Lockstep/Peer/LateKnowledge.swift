/// How far the knowledge of one teacher was used, where knowledge that comes too late is used all
/// the same.
///
/// The teacher is told as used what was taken, in time or late, and is asked to go on from there.
///
/// Invariant: no more is credited than was taken.
package struct LateKnowledge: Sendable {
    /// At the first sign of life after so many without knowledge, what may be lost is asked for
    /// again.
    private static let mostSilentSigns = 3

    /// The last step and round that was taken.
    package private(set) var taken: StepRound?
    /// As far as the teacher may be told of that.
    package private(set) var credited: StepRound?
    /// How many signs of life came since the last knowledge, or since it was asked for.
    package private(set) var silentSigns = 0

    /// Nothing is used yet.
    package init() {}

    /// Notes that all up to `stepRound` was used, or is of no use.
    package mutating func take(upTo stepRound: StepRound) {
        taken = max(taken ?? stepRound, stepRound)
    }

    /// Lets the teacher be told of all that was taken.
    ///
    /// - Returns: whether that is more than before.
    @discardableResult
    package mutating func credit() -> Bool {
        defer { credited = taken }
        return credited != taken
    }

    /// Notes that knowledge arrived.
    package mutating func noteKnowledge() { silentSigns = 0 }

    /// Notes a sign of life without knowledge.
    ///
    /// - Parameter mayBeLost: whether the teacher is far enough to have published what is needed
    ///   next, and nothing of it is here.
    /// - Returns: whether to ask for it again.
    package mutating func noteSign(mayBeLost: Bool) -> Bool {
        let isSilent = silentSigns >= Self.mostSilentSigns
        silentSigns += 1
        guard isSilent, mayBeLost else { return false }
        silentSigns = 0
        return true
    }

    /// What contradicts itself in this value; nil where nothing does.
    package var contradiction: String? {
        guard let credited, taken.map({ credited > $0 }) ?? true else { return nil }
        return "it is told of more than was taken: \(credited)"
    }
}

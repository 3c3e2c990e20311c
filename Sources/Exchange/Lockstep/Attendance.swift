import CohortGraph

/// Whose knowledge was used at a step and round: what one life of a learner decided, and a later
/// one does again.
public struct Attendance: Hashable, Sendable {
    /// Knowledge of an earlier step and round.
    public struct Late: Hashable, Sendable {
        /// The teacher's name.
        public var name: String
        /// The step and round that it belongs to.
        public var stepRound: StepRound

        /// Late knowledge of a teacher.
        public init(name: String, stepRound: StepRound) {
            self.name = name
            self.stepRound = stepRound
        }
    }

    /// Those whose knowledge of the step and round itself was there in time.
    public var taught: [String]
    /// What had come too late for its own step and round, and was taken in at this one; of each
    /// teacher ascending. It is written down where it was taken in, and not gathered again.
    public var late: [Late]

    /// The attendance of these.
    public init(taught: [String] = [], late: [Late] = []) {
        self.taught = taught
        self.late = late
    }

    /// The attendance that a gathering came to.
    public init(_ gathering: Gathering) {
        taught = gathering.knowledge.map(\.sender)
        late = gathering.late.map { Late(name: $0.sender, stepRound: StepRound($0.knowledge)) }
    }
}

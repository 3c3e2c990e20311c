import CohortGraph
import Exchange

/// What a learner published and used, as its next life finds it.
protocol SimulatedJournal {
    /// The last life that began to write in it; nil where none did.
    func lastLife() throws -> UInt64?
    /// Has another life of the learner write in it, after whatever became of the one before.
    mutating func begin(life: UInt64) throws

    mutating func append(_ knowledge: Knowledge) throws
    mutating func append(_ use: SimulatedUse) throws
    mutating func flush() throws
    /// Removes what is of steps before this one, or some of it.
    mutating func release(before step: Int) throws

    func knowledge(at stepRound: StepRound) throws -> Knowledge?
    func use(at stepRound: StepRound) throws -> SimulatedUse?
    /// All that is published and kept, ascending.
    var published: [(stepRound: StepRound, byteCount: Int)] { get }

    /// Takes away some of what was appended after the last flush.
    mutating func losePower(_ random: inout SplitMix) throws
}

/// Whose knowledge was used at a step and round, with its bits, and what came late.
struct SimulatedUse: Equatable {
    struct Teacher: Equatable {
        var name: String
        var bits: UInt64
    }

    /// Of an earlier step and round.
    struct Late: Equatable {
        var name: String
        var knowledge: Knowledge

        var stepRound: StepRound { StepRound(step: knowledge.step, round: knowledge.round) }
    }

    var stepRound: StepRound
    var teachers: [Teacher] = []
    var late: [Late] = []

    /// What another life does again.
    var attendance: Attendance {
        Attendance(
            taught: teachers.map(\.name),
            late: late.map { Attendance.Late(name: $0.name, stepRound: $0.stepRound) })
    }
}

import CohortGraph
import Exchange

/// What a learner's process leaves behind when it is killed.
struct SimulatedDisk {
    /// A learner after some steps.
    struct Checkpoint {
        var step: Int
        var state: UInt64
        /// How far it took in what came late.
        var taken: [String: StepRound] = [:]
    }

    static let keptCheckpoints = 2
    /// A restart finds again what is released and not yet removed, up to so much.
    static let segmentBytes = 2048

    /// Ascending; the one after no step needs no file.
    private(set) var checkpoints: [Checkpoint] = []
    var journal: any SimulatedJournal

    init(_ journal: any SimulatedJournal) { self.journal = journal }

    var newest: Checkpoint? { checkpoints.last }
    var oldestStep: Int { checkpoints.first?.step ?? 0 }
    /// Whether there is another one, should the newest be damaged.
    var hasSpareCheckpoint: Bool { checkpoints.count > 1 }

    mutating func commit(_ checkpoint: Checkpoint) { checkpoints.append(checkpoint) }

    mutating func removeOldCheckpoints() {
        checkpoints.removeFirst(max(0, checkpoints.count - Self.keptCheckpoints))
    }

    /// The newest checkpoint no longer reads as it was written; the one before it is used.
    mutating func damageNewestCheckpoint() { checkpoints.removeLast() }
}

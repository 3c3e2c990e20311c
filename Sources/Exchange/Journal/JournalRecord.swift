import Bytes
import CohortGraph

/// One thing that a learner's journal holds; see <doc:JournalFormat>.
public enum JournalRecord: Hashable, Sendable {
    /// What the learner published at a step and round, whole.
    case published(Knowledge)
    /// Whose knowledge the learner used at a step and round, by reference.
    case used(UsedKnowledge)
    /// The learner reached its last step.
    case end(lastStep: Int)
    /// A kind that this version cannot read, with its body.
    case other(kind: UInt32, body: [UInt8])
}

/// Whose knowledge a learner used at a step and round, and who was absent.
public struct UsedKnowledge: Hashable, Sendable {
    /// A teacher's part in it.
    public enum Origin: Hashable, Sendable {
        case taught(KnowledgeReference)
        /// What it said of an earlier step and round, which came too late for that one, whole: its
        /// teacher keeps it no longer than it must.
        case late(Knowledge)
        /// Nothing of this teacher was used, and why.
        case absent(reason: String)
    }

    /// One teacher, and what was used of it.
    public struct Teacher: Hashable, Sendable {
        /// The teacher's name.
        public var name: String
        /// What was used of it, or why nothing was.
        public var origin: Origin

        /// A part of a teacher.
        public init(name: String, origin: Origin) {
            self.name = name
            self.origin = origin
        }
    }

    /// The step, from 0.
    public var step: Int
    /// The round of the step.
    public var round: Round
    /// In the order of the configuration: who taught, then what was late, then who was absent. Of
    /// whom something was late, there are several.
    public var teachers: [Teacher]

    /// The use of knowledge at a step and round.
    public init(step: Int, round: Round, teachers: [Teacher]) {
        self.step = step
        self.round = round
        self.teachers = teachers
    }
}

/// Knowledge by the place where it was computed, and a digest of all of it.
public struct KnowledgeReference: Hashable, Sendable {
    /// The epoch of the step, from 0.
    public var epoch: Int
    /// The step, from 0.
    public var step: Int
    /// The round of the step.
    public var round: Round
    /// ``CohortGraph/Knowledge/digest``.
    public var digest: UInt64

    /// A reference by all its parts.
    public init(epoch: Int, step: Int, round: Round, digest: UInt64) {
        self.epoch = epoch
        self.step = step
        self.round = round
        self.digest = digest
    }

    /// A reference to `knowledge`.
    public init(_ knowledge: Knowledge) {
        self.init(
            epoch: knowledge.epoch, step: knowledge.step, round: knowledge.round,
            digest: knowledge.digest)
    }
}

extension Knowledge {
    /// The first 64 bits of the SHA-256 of the knowledge as a journal holds it.
    public var digest: UInt64 {
        SHA256.digest(JournalRecord.published(self).encodedBody()).integer(at: 0)
    }
}

/// The kinds of record by their number in the journal.
public enum JournalKind: UInt32, CaseIterable, Sendable {
    case published = 1
    case used = 2
    case end = 3
}

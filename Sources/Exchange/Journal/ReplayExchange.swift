import CohortGraph
import Synchronization

/// Has a learner take its steps again from its journal: it gathers what it gathered then, from its
/// teachers' journals, and must publish what it published.
public final class ReplayExchange: KnowledgeExchange {
    private let journal: JournalReader
    private let used: [StepRound: JournalEntry]
    private let teachers: [String: JournalReader]
    private let count = Mutex(0)

    /// - Parameter teachers: the journals of those whose knowledge was used, by name.
    public init(_ journal: JournalReader, teachers: [String: JournalReader]) {
        self.journal = journal
        self.teachers = teachers
        used = journal.entries.stepRounds(of: .used)
    }

    /// How much was published as the journal has it.
    public var published: Int { count.withLock { $0 } }

    public func join() {}

    /// - Throws: ``ExchangeFailure``: 70 where it is not what was published then, 66 where nothing
    ///   was.
    public func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        let stepRound = StepRound(knowledge)
        guard let old = try journal.knowledge(step: stepRound.step, round: stepRound.round) else {
            throw missing("what was published at \(stepRound)", in: journal)
        }
        guard old == knowledge else {
            throw ExchangeFailure(
                exitCode: .failure,
                message:
                    "at \(stepRound) something else is published than \(journal.directory) holds")
        }
        count.withLock { $0 += 1 }
        try record()
    }

    /// - Throws: ``ExchangeFailure``: 66 where a journal lacks what was used, 65 where it holds
    ///   something else.
    public func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        var gathering = Gathering(knowledge: [], waited: .zero, waitedFor: nil)
        let stepRound = StepRound(step: step, round: round)
        guard let entry = used[stepRound], case .used(let used) = try journal.record(entry) else {
            throw missing("what was used at \(stepRound)", in: journal)
        }
        for teacher in used.teachers {
            switch teacher.origin {
            case .absent(let reason): gathering.absent.append(Absence(teacher.name, reason: reason))
            case .taught(let reference):
                let knowledge = try knowledge(reference, of: teacher.name)
                gathering.knowledge.append((teacher.name, knowledge))
            case .late(let knowledge): gathering.late.append((teacher.name, knowledge))
            }
        }
        try record(gathering)
        return gathering
    }

    private func knowledge(
        _ reference: KnowledgeReference, of name: String
    ) throws -> Knowledge {
        guard let journal = teachers[name] else {
            throw ExchangeFailure(
                exitCode: .missingFile, message: "the journal of '\(name)' is missing")
        }
        let stepRound = StepRound(step: reference.step, round: reference.round)
        guard let knowledge = try journal.knowledge(step: stepRound.step, round: stepRound.round)
        else {
            throw missing("what was published at \(stepRound)", in: journal)
        }
        guard KnowledgeReference(knowledge) == reference else {
            throw ExchangeFailure(
                exitCode: .corruptData,
                message: "\(journal.directory) holds something else of \(stepRound) than was used")
        }
        return knowledge
    }

    private func missing(_ what: String, in journal: JournalReader) -> ExchangeFailure {
        let range = journal.firstStep.map { "it goes back to step \($0)" } ?? "it holds nothing"
        return ExchangeFailure(
            exitCode: .missingFile,
            message:
                "\(journal.directory) lacks \(what) (\(range)): `cohort record --cohort` keeps all")
    }

    public func checkpointed(oldest: Int, newest: Int) {}
    public func finish(lastStep: Int) {}
    public func leave(reason: String) {}
    public func cancel(_ failure: ExchangeFailure) {}
    public var traffic: [String: Traffic] { [:] }
    public var state: ExchangeState? { nil }
}

import CohortGraph
import Exchange
import Foundation
import Synchronization
import Testing

/// Recording a run, and learning from the recording.
@Suite(.timeLimit(.minutes(1)))
struct JournaledExchangeTests {
    private let folder: JournalFolder

    init() throws { folder = try JournalFolder() }

    private func writer(_ name: String) throws -> JournalWriter {
        try JournalWriter(directory: "\(folder.path)/\(name)", sender: identity(name).sender)
    }

    private func journal(_ name: String) throws -> JournalReader {
        try JournalReader(directory: "\(folder.path)/\(name)")
    }

    /// What is gathered, without the times.
    private static func gathered(
        _ exchange: some KnowledgeExchange, as name: String, _ steps: Int
    ) throws -> [[Taught]] {
        try (0..<steps).flatMap { step in
            try [Round.before, .evaluation].map { round in
                try exchange.publish(knowledge(name, step, round: round))
                return try exchange.gather(
                    step: step, round: round, batchDigest: UInt64(step)
                ).knowledge.map(Taught.init)
            }
        }
    }

    /// a and b are taught by each other and by t, which is not taught; all are journalled.
    private func liveRun(_ steps: Int) async throws -> [String: [[Taught]]] {
        let teaching: Teaching = ["a": ["t", "b"], "b": ["t", "a"], "t": []]
        let hub = InMemoryHub()
        let results = await runLearners(["a", "b", "t"]) { name in
            let exchange = JournaledExchange(
                hub.exchange(
                    identity: identity(name), teachers: links(teaching[name]!),
                    students: links(students(of: name, in: teaching))),
                journal: try writer(name))
            try exchange.join()
            let gathered = try Self.gathered(exchange, as: name, steps)
            try exchange.finish(lastStep: steps - 1)
            return gathered
        }
        return try results.mapValues { try $0.get() }
    }

    @Test func aRecordingTeachesWhatItsTeacherTaught() async throws {
        let steps = 20
        let live = try await liveRun(steps)
        let teaching: Teaching = ["a": ["b"], "b": ["a"]]
        let hub = InMemoryHub()
        let recording = try journal("t")
        let again = await runLearners(["a", "b"]) { name in
            let inner = hub.exchange(
                identity: identity(name), teachers: links(teaching[name]!),
                students: links(teaching[name]!))
            let exchange = RecordedExchange(
                inner, recordings: [(Link("t"), recording)], order: ["t"] + teaching[name]!,
                classes: 3)
            try exchange.join()
            let gathered = try Self.gathered(exchange, as: name, steps)
            try exchange.finish(lastStep: steps - 1)
            return (gathered, exchange.traffic.keys.sorted())
        }
        for name in ["a", "b"] {
            let (gathered, peers) = try #require(again[name]).get()
            #expect(gathered == live[name])
            #expect(peers == teaching[name])
        }
        // Without any process: everyone is a recording.
        let alone = RecordedExchange(
            nil, recordings: [(Link("b"), try journal("b")), (Link("t"), recording)],
            order: ["t", "b"])
        try alone.join()
        #expect(try Self.gathered(alone, as: "a", steps) == live["a"])
        try alone.finish(lastStep: steps - 1)
        #expect(alone.traffic.isEmpty)
    }

    @Test func aJournalHoldsWhatWasPublishedAndUsed() async throws {
        _ = try await liveRun(3)
        let records = try journal("a").records.map { try $0.1.get() }
        let expected: [JournalRecord] = (0..<3).flatMap { step in
            [Round.before, .evaluation].flatMap { round -> [JournalRecord] in
                let teachers = ["t", "b"].map { name in
                    UsedKnowledge.Teacher(
                        name: name,
                        origin: .taught(KnowledgeReference(knowledge(name, step, round: round))))
                }
                return [
                    .published(knowledge("a", step, round: round)),
                    .used(UsedKnowledge(step: step, round: round, teachers: teachers)),
                ]
            }
        }
        #expect(records == expected + [.end(lastStep: 2)])
        // The references are to what the teacher's own journal holds.
        for case .used(let used) in records {
            for case let teacher in used.teachers {
                let published = try journal(teacher.name).knowledge(
                    step: used.step, round: used.round)
                #expect(teacher.origin == .taught(KnowledgeReference(try #require(published))))
            }
        }
        // One that is not taught uses nothing.
        #expect(try journal("t").entries.count { $0.kind == JournalKind.used.rawValue } == 0)
    }

    @Test func aTeacherWithoutPupilsIsOnlyRecorded() throws {
        let exchange = JournaledExchange(nil, journal: try writer("t"))
        try exchange.join()
        try exchange.publish(knowledge("t", 0))
        let gathering = try exchange.gather(step: 0, round: .before, batchDigest: 0)
        #expect(gathering.knowledge.isEmpty)
        try exchange.finish(lastStep: 0)
        #expect(exchange.traffic.isEmpty)
        #expect(
            try journal("t").records.map { try $0.1.get() } == [
                .published(knowledge("t", 0)), .end(lastStep: 0),
            ])
    }

    @Test func whatCannotBeWrittenIsNotSent() throws {
        let inner = CountingExchange()
        let rotating = try JournalWriter(
            directory: folder.path, sender: Golden.sender, segmentBytes: 1)
        try FileManager.default.createSymbolicLink(
            atPath: "\(folder.path)/segment-00000001.cohj", withDestinationPath: "/dev/full")
        let exchange = JournaledExchange(inner, journal: rotating)
        try exchange.publish(knowledge("t", 0))
        for step in 1..<3 {
            let failure = failure { try exchange.publish(knowledge("t", step)) }
            #expect(failure?.exitCode == .disk)
        }
        #expect(inner.published == 1)
    }

    /// Another life uses the same, goes on without the same, and is told both.
    @Test func anotherLifeGathersWhatTheJournalNames() throws {
        let late = [1, 2].map { (sender: "t", knowledge: knowledge("t", $0)) }
        let found = Gathering(
            knowledge: [(sender: "b", knowledge: knowledge("b", 3))], late: late,
            absent: [Absence("t", reason: "it is late")], waited: .zero, waitedFor: nil)
        let first = ScriptedExchange(found)
        let journal = try writer("a")
        _ = try JournaledExchange(first, journal: journal)
            .gather(step: 3, round: .before, batchDigest: 3)
        #expect(first.rolls == [nil])
        // The lockstep is told of these, and says neither what was late nor who else was absent.
        var again = found
        (again.late, again.absent) = ([], [])
        let second = ScriptedExchange(again)
        var recorded: [Absence] = []
        let gathered = try JournaledExchange(second, journal: journal).gather(
            step: 3, round: .before, batchDigest: 3, attendance: nil
        ) { recorded = $0.absent }
        let stepRounds = [1, 2].map { StepRound(step: $0, round: .before) }
        #expect(
            second.rolls == [
                Attendance(
                    taught: ["b"],
                    late: stepRounds.map { Attendance.Late(name: "t", stepRound: $0) })
            ])
        #expect(gathered.late.map(\.knowledge) == late.map(\.knowledge))
        #expect(gathered.absent == found.absent && recorded == found.absent)
        again.knowledge[0].knowledge.batchDigest += 1
        let other = failure {
            _ = try JournaledExchange(ScriptedExchange(again), journal: journal)
                .gather(step: 3, round: .before, batchDigest: 3)
        }
        #expect(other?.exitCode == .failure)
    }

    /// What came late is in the journal of who took it in.
    @Test func whatCameLateIsReplayed() throws {
        let own = try writer("a")
        let late = [0, 1].map { (sender: "t", knowledge: knowledge("t", $0)) }
        let found = Gathering(
            knowledge: [], late: late, absent: [Absence("t", reason: "it is late")], waited: .zero,
            waitedFor: nil)
        _ = try JournaledExchange(ScriptedExchange(found), journal: own)
            .gather(step: 2, round: .before, batchDigest: 2)
        try own.close()
        let replayed = try ReplayExchange(try journal("a"), teachers: [:])
            .gather(step: 2, round: .before, batchDigest: 2)
        #expect(replayed.late.map(\.knowledge) == late.map(\.knowledge))
        #expect(replayed.absent == found.absent)
    }

    @Test func aSolitaryExchangeCanBeCancelled() throws {
        let interrupt = ExchangeFailure(exitCode: .signal(15), message: "terminated")
        let recorded = RecordedExchange(nil, recordings: [], order: [])
        let journaled = JournaledExchange(recorded, journal: try writer("a"))
        try journaled.publish(knowledge("a", 0))
        journaled.cancel(interrupt)
        journaled.cancel(ExchangeFailure(exitCode: .signal(2), message: "later"))
        #expect(failure { try journaled.publish(knowledge("a", 1)) } == interrupt)
        #expect(
            failure { _ = try journaled.gather(step: 0, round: .before, batchDigest: 0) }
                == interrupt)
        #expect(failure { try journaled.finish(lastStep: 0) } == interrupt)
    }
}

/// A sender and what it said, to be compared.
private struct Taught: Hashable, Sendable {
    let sender: String
    let knowledge: Knowledge

    init(_ taught: (sender: String, knowledge: Knowledge)) {
        (sender, knowledge) = taught
    }
}

/// Gathers what it was made with, and remembers for whom it was asked.
private final class ScriptedExchange: StandIn {
    private let gathering: Gathering
    private let asked = Mutex<[Attendance?]>([])

    init(_ gathering: Gathering) { self.gathering = gathering }

    var rolls: [Attendance?] { asked.withLock { $0 } }

    func publish(_ knowledge: Knowledge, record: () throws -> Void) throws { try record() }
    func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) throws -> Gathering {
        asked.withLock { $0.append(attendance) }
        try record(gathering)
        return gathering
    }
}

/// Counts what reaches it.
private final class CountingExchange: StandIn {
    private let count = Mutex(0)

    var published: Int { count.withLock { $0 } }

    func publish(_ knowledge: Knowledge, record: () throws -> Void) throws {
        try record()
        count.withLock { $0 += 1 }
    }
    func gather(
        step: Int, round: Round, batchDigest: UInt64?, attendance: Attendance?,
        record: (Gathering) throws -> Void
    ) -> Gathering {
        Gathering(knowledge: [], waited: .zero, waitedFor: nil)
    }
}

/// An exchange with nobody, of which a test looks at what is published or gathered.
private protocol StandIn: KnowledgeExchange {}

extension StandIn {
    func join() {}
    func checkpointed(oldest: Int, newest: Int) {}
    func finish(lastStep: Int) {}
    func leave(reason: String) {}
    func cancel(_ failure: ExchangeFailure) {}
    var traffic: [String: Traffic] { [:] }
    var state: ExchangeState? { nil }
}

import CohortGraph
import Exchange
import Foundation

/// The journal that ships, in a folder of its own.
struct ShippedJournal: SimulatedJournal {
    private let folder: String
    private let identity: (UInt64) -> ExchangeIdentity
    private var writer: JournalWriter?
    /// The segment that was flushed last, and how much it held then.
    private var flushed = (path: "", byteCount: 0)
    /// A segment's header, which is flushed when it is written.
    private static let headerBytes = 116

    /// - Parameter identity: the learner's, in a life.
    init(in folder: String, of identity: @escaping (UInt64) -> ExchangeIdentity) {
        self.folder = folder
        self.identity = identity
    }

    func lastLife() throws -> UInt64? {
        try JournalWriter.past(of: identity(0).sender, in: folder)?.incarnation
    }

    mutating func begin(life: UInt64) throws {
        writer = try JournalWriter(
            directory: folder, sender: identity(life).sender,
            segmentBytes: SimulatedDisk.segmentBytes)
    }

    mutating func append(_ knowledge: Knowledge) throws {
        try writer?.append(.published(knowledge))
    }

    mutating func append(_ use: SimulatedUse) throws {
        let (step, round) = (use.stepRound.step, use.stepRound.round)
        let teachers = use.teachers.map { teacher in
            UsedKnowledge.Teacher(
                name: teacher.name,
                origin: .taught(
                    KnowledgeReference(epoch: 0, step: step, round: round, digest: teacher.bits)))
        }
        let late = use.late.map {
            UsedKnowledge.Teacher(name: $0.name, origin: .late($0.knowledge))
        }
        try writer?.append(
            .used(UsedKnowledge(step: step, round: round, teachers: teachers + late)))
    }

    mutating func flush() throws {
        try writer?.flush()
        guard let path = try lastSegment() else { return }
        flushed = (path, try Data(contentsOf: URL(fileURLWithPath: path)).count)
    }

    mutating func release(before step: Int) throws { try writer?.release(before: step) }

    func knowledge(at stepRound: StepRound) throws -> Knowledge? {
        try writer?.knowledge(step: stepRound.step, round: stepRound.round)
    }

    func use(at stepRound: StepRound) throws -> SimulatedUse? {
        try writer?.used(step: stepRound.step, round: stepRound.round).map { used in
            used.teachers.reduce(into: SimulatedUse(stepRound: stepRound)) { use, teacher in
                switch teacher.origin {
                case .taught(let reference):
                    use.teachers.append(.init(name: teacher.name, bits: reference.digest))
                case .late(let knowledge):
                    use.late.append(.init(name: teacher.name, knowledge: knowledge))
                case .absent: break
                }
            }
        }
    }

    var published: [(stepRound: StepRound, byteCount: Int)] { writer?.retained ?? [] }

    private static let sectorBytes = 512

    /// Cuts the last segment somewhere behind what was flushed, inside a record too; or has sectors
    /// there hold zeros, as where a file was made longer before its bytes were written.
    mutating func losePower(_ random: inout SplitMix) throws {
        writer = nil
        guard let path = try lastSegment() else { return }
        let file = URL(fileURLWithPath: path)
        var bytes = try Data(contentsOf: file)
        let count = bytes.count
        let safe = path == flushed.path ? flushed.byteCount : Self.headerBytes
        let kept = Int.random(in: safe...count, using: &random)
        if random.happens(0.5) {
            bytes.removeLast(count - kept)
        } else {
            let start = max(safe, kept / Self.sectorBytes * Self.sectorBytes)
            bytes.replaceSubrange(start..<count, with: Data(count: count - start))
        }
        try bytes.write(to: file)
    }

    private func lastSegment() throws -> String? {
        try FileManager.default.contentsOfDirectory(atPath: folder).max().map { "\(folder)/\($0)" }
    }
}

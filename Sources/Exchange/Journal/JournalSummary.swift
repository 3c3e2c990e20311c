import Bytes
import CohortGraph
import Reporting

/// The contents of a journal in three tables: whose it is, what was published, what was used.
package struct JournalSummary {
    /// Tensors that differ in nothing but their values.
    private struct Series: Hashable {
        var round: Round
        var tensor: String
        var kind: KnowledgeKind
        var encoding: Encoding
        var shape: [Int]
        var byteCount: Int
    }

    /// How often a teacher's knowledge was used, and why it was absent.
    private struct Uses {
        var used = 0
        var late = 0
        var reasons: [String: Int] = [:]
    }

    private let journal: JournalReader
    private var series: [Series: Int] = [:]
    /// The steps of all that was published.
    private var steps: [Int] = []
    private var teachers: [String: Uses] = [:]
    private var end: Int?

    /// - Throws: ``ExchangeFailure`` (65) for a record that cannot be read.
    package init(_ journal: JournalReader) throws {
        self.journal = journal
        for (_, record) in journal.records { add(try record.get()) }
    }

    private mutating func add(_ record: JournalRecord) {
        switch record {
        case .published(let knowledge): add(knowledge)
        case .used(let used): for teacher in used.teachers { add(teacher) }
        case .end(let lastStep): end = lastStep
        case .other: break
        }
    }

    private mutating func add(_ knowledge: Knowledge) {
        steps.append(knowledge.step)
        for tensor in knowledge.tensors {
            let kind = Series(
                round: knowledge.round, tensor: tensor.name, kind: tensor.kind,
                encoding: tensor.encoding, shape: tensor.shape, byteCount: tensor.payload.count)
            series[kind, default: 0] += 1
        }
    }

    private mutating func add(_ teacher: UsedKnowledge.Teacher) {
        switch teacher.origin {
        case .taught: teachers[teacher.name, default: Uses()].used += 1
        case .late: teachers[teacher.name, default: Uses()].late += 1
        case .absent(let reason):
            teachers[teacher.name, default: Uses()].reasons[reason, default: 0] += 1
        }
    }

    /// The tables.
    package var text: String {
        [facts, published, used].filter { !$0.isEmpty }
            .map { TextTable(rows: $0).text }.joined(separator: "\n")
    }

    private var facts: [[String]] {
        let bytes = journal.segments.reduce(0) { $0 + $1.byteCount }
        let range = steps.min().flatMap { first in steps.max().map { "\(first) to \($0)" } }
        return [
            ["learner", journal.sender.name],
            ["run", journal.sender.spokenRun],
            ["configuration", journal.sender.configurationDigest.hexadecimal],
            ["starts", "\(Set(journal.segments.map(\.incarnation)).count)"],
            ["segments", "\(journal.segments.count), \(bytes) bytes"],
            ["records", "\(journal.entries.count)"],
            ["steps", range ?? "none"],
            ["end", end.map { "step \($0)" } ?? "none: the run goes on, or stopped early"],
        ]
    }

    private var published: [[String]] {
        guard !series.isEmpty else { return [] }
        let rows = series.map { series, count in
            [
                "\(series.round)", series.tensor, series.kind.rawValue,
                Codecs.name(of: series.encoding), "\(series.shape)", "\(series.byteCount)",
                "\(count)",
            ]
        }
        return [["round", "tensor", "kind", "encoding", "shape", "bytes", "times"]]
            + rows.sorted { $0.lexicographicallyPrecedes($1) }
    }

    private var used: [[String]] {
        guard !teachers.isEmpty else { return [] }
        let rows = teachers.sorted { $0.key < $1.key }.map { name, uses in
            let reasons = uses.reasons.sorted { $0.key < $1.key }
            return [
                name, "\(uses.used)", "\(uses.late)",
                "\(reasons.reduce(0) { $0 + $1.value })",
                reasons.map { "\($0.key) (\($0.value))" }.joined(separator: ", "),
            ]
        }
        return [["teacher", "used", "late", "absent", "why"]] + rows
    }
}

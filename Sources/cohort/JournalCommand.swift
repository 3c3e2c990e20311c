import ArgumentParser
import CohortGraph
import Exchange
import Experiment
import Foundation
import Kernels

/// `cohort journal`: what a learner published and used.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Show what a learner's journal holds, and verify it.",
        discussion: """
            DIRECTORY is a learner's journal, such as runs/digits-private/latest/learners/a/journal. Every \
            checksum is verified before anything is shown. Exit codes: 0 sound, 65 damaged, 66 there \
            is no journal, 70 a replay came to something else.
            """)

    @Argument(help: "The journal's directory.", completion: .directory)
    var directory: String

    @Flag(help: "Decode every value too, and print the verdict alone.")
    var verify = false

    @Flag(help: "List the records in place of the summary.")
    var records = false

    @Flag(
        help: """
            Train the learner again by what the journal and its teachers' journals say, and compare all \
            that it publishes. The journal lies in its run directory, and reaches back to the first step.
            """)
    var replay = false

    @Option(help: "Threads to replay on.")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard [verify, records, replay].count(where: \.self) <= 1 else {
            throw ValidationError("--verify, --records and --replay exclude one another")
        }
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
    }

    func run() async throws {
        try await reportingFailure {
            let journal = try JournalReader(directory: directory)
            if let torn = journal.torn { complain("\(torn); it is not read") }
            if verify {
                try verifyValues(of: journal)
            } else if records {
                try listRecords(of: journal)
            } else if replay {
                Parallel.threads = threads
                try show(try JournalReplay(journal).text())
            } else {
                try show(JournalSummary(journal).text)
            }
        }
    }

    private func verifyValues(of journal: JournalReader) throws {
        for (entry, record) in journal.records {
            guard case .published(let knowledge) = try record.get() else { continue }
            for tensor in knowledge.tensors {
                do { _ = try tensor.values() } catch {
                    throw ExchangeFailure(
                        exitCode: .corruptData,
                        message: "\(journal.path(of: entry)) is damaged at byte \(entry.offset):"
                            + " '\(tensor.name)' cannot be read: \(error)")
                }
            }
        }
        let bytes = journal.segments.reduce(0) { $0 + $1.byteCount }
        try show("sound: \(journal.entries.count) records, \(bytes) bytes\n")
    }

    private func listRecords(of journal: JournalReader) throws {
        for (entry, record) in journal.records {
            try show("\(entry.segment) \(entry.offset) \(try record.get().line)\n")
        }
    }
}

extension JournalRecord {
    /// What it says, in one line.
    fileprivate var line: String {
        switch self {
        case .published(let knowledge):
            let tensors = knowledge.tensors.map(\.summary).joined(separator: ", ")
            return "published step \(knowledge.step) \(knowledge.round), epoch \(knowledge.epoch),"
                + " batch \(String(knowledge.batchDigest, radix: 16)): \(tensors)"
        case .used(let used):
            let teachers = used.teachers.map(\.summary).joined(separator: ", ")
            return "used step \(used.step) \(used.round): \(teachers)"
        case .end(let lastStep): return "end step \(lastStep)"
        case .other(let kind, let body): return "kind \(kind), \(body.count) bytes"
        }
    }
}

extension KnowledgeTensor {
    fileprivate var summary: String { "\(name) \(Codecs.name(of: encoding)) \(shape)" }
}

extension KnowledgeReference {
    fileprivate var summary: String { "step \(step) \(round) \(String(digest, radix: 16))" }
}

extension UsedKnowledge.Teacher {
    fileprivate var summary: String {
        switch origin {
        case .absent(let reason): "\(name) absent (\(reason))"
        case .taught(let knowledge): "\(name) \(knowledge.summary)"
        case .late(let knowledge): "\(name) late \(KnowledgeReference(knowledge).summary)"
        }
    }
}

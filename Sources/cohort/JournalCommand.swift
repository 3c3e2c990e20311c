import ArgumentParser
import Exchange
import Experiment
import Foundation
import Kernels
import Limits

/// `cohort journal`: shows what a learner published and used.
struct JournalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Show what a learner's journal holds, and verify it.",
        discussion: """
            DIRECTORY is a learner's journal, such as \
            runs/digits-private/latest/learners/a/journal. Every checksum is verified before \
            anything is shown. Exit codes: 0 sound, 65 damaged, 66 there is no journal, 70 a \
            replay published something else.

            Examples:
              cohort journal runs/digits-private/latest/learners/a/journal --verify
              cohort journal runs/digits-private/latest/learners/a/journal --replay
            """)

    @Argument(help: "The journal's directory.", completion: .directory)
    var directory: String

    @Flag(help: "Decode every value too, and print the verdict alone.")
    var verify = false

    @Flag(help: "List the records in place of the summary.")
    var records = false

    @Flag(
        help: """
            Train the learner again with the knowledge in the journal and its teachers' journals, \
            and compare all that it publishes. The journal must lie in its run directory, and \
            reach back to the first step.
            """)
    var replay = false

    @Option(help: "Threads to replay on.")
    var threads: Int = ProcessorAllowance().threads

    func validate() throws {
        guard [verify, records, replay].count(where: \.self) <= 1 else {
            throw ValidationError("--verify, --records and --replay exclude one another")
        }
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
    }

    func run() async throws {
        try await reportingFailure {
            let journal = try JournalReader(directory: directory)
            if let torn = journal.torn { printNotice("\(torn); it is not read") }
            if verify {
                try journal.verifyValues()
                try printResult(journal.verdict)
            } else if records {
                try journal.list(printResult)
            } else if replay {
                try Parallel.withThreads(threads) {
                    try printResult(try JournalReplay(journal).text())
                }
            } else {
                try printResult(JournalSummary(journal).text)
            }
        }
    }
}

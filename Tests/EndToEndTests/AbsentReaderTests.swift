import Foundation
import Testing

/// Whoever reads what the program prints goes away, or never was there.
@Suite(.timeLimit(.minutes(3))) struct AbsentReaderTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// How nobody reads standard error, and what is said of it.
    private static let silences = [
        "2>&-": "standard error is closed", "2>/dev/full": "No space left on device",
        "2>&4": "Broken pipe",
    ]

    /// Runs the program with its streams turned elsewhere; 4 is a pipe that nobody reads.
    private func run(_ words: [String], _ redirection: String) async throws -> Finished {
        let script = """
            rm -f pipe && mkfifo pipe && exec 3<>pipe 4>pipe 3<&- || exit 1
            exec "$0" "$@" \(redirection)
            """
        return try await Cohort.run(words, in: place, by: ["bash", "-c", script])
    }

    @Test(arguments: silences.keys.sorted())
    func aRunGoesOnAndItsLogSaysSo(redirection: String) async throws {
        let finished = try await run(["run", try place.pair()], redirection)
        #expect(finished.exitCode == .success)
        #expect(finished.output.first?.hasPrefix("learner") == true)
        let log = try place.text(place.latest().launcherLog)
        let remark = try #require(Self.silences[redirection])
        #expect(log.contains("progress is not shown") && log.contains(remark), "\(log)")
        // What was meant for people is in no file of the run.
        for file in [place.latest().convergenceLog, place.latest().summary] {
            #expect(!(try place.text(file)).contains("a: epoch"))
        }
    }

    @Test(arguments: [">&-", ">&4", ">&4 2>&1", ">&- 2>&-"])
    func aRunDoesNotDependOnWhoReadsItsTable(redirection: String) async throws {
        let finished = try await run(["run", try place.pair()], redirection)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(FileManager.default.fileExists(atPath: place.latest().summary))
    }

    /// A file that the table was to go into cannot hold it.
    @Test func aTableThatIsLostIsAFailure() async throws {
        let finished = try await run(["run", try place.pair()], ">/dev/full")
        #expect(finished.exitCode == .disk)
        #expect(finished.complaint.contains("standard output: No space left on device"))
    }

    @Test(arguments: silences.keys.sorted())
    func aRankAndARecordingGoOn(redirection: String) async throws {
        let rank = ["rank", try place.pair(), "--rank", "0", "--size", "1", "--run", "j"]
        #expect(try await run(rank, redirection).exitCode == .success)
        let record = ["record", "--cohort", try place.pair(), "name=kept"]
        #expect(try await run(record, redirection).exitCode == .success)
        for name in ["pair", "kept"] {
            let log = try place.text(place.latest(name).launcherLog)
            #expect(log.contains("progress is not shown"), "\(name)")
        }
    }

    @Test(arguments: ["2>&-", "2>&4", "2>/dev/full", ">&-", ">&4", ">/dev/full", ">&4 2>&4"])
    func aLearnerByHandGoesOn(redirection: String) async throws {
        let words = [
            "learner", try place.pair(), "--name", "a", "--alone", "--directory", "by-hand",
        ]
        let finished = try await run(words, redirection)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let log = try place.text("\(place.path)/by-hand/learners/a/log.txt")
        #expect(log.contains("end after step 16"))
        #expect(log.contains("nothing is shown there any more") == !redirection.contains("&-"))
    }

    /// As `cat` and `seq` end.
    @Test(arguments: [
        ["list", "models"], ["check", "pair.yaml"], ["doctor"], ["simulate", "--seeds", "1"],
        ["simulate", "--seeds", "1", "--trace"], ["check", "pair.yaml", "--resolved"],
        ["bench", "step", "--model", "mlp", "--steps", "1", "--seconds", "0", "--batch", "2"],
        ["keys", "new", "a"],
    ])
    func aCommandThatShowsDataEndsQuietly(words: [String]) async throws {
        _ = try place.pair()
        let finished = try await run(words, ">&4")
        #expect(finished.exitCode == .signal(SIGPIPE), "\(finished.complaint)")
        #expect(finished.errors.isEmpty)
        let closed = try await run(words.map { $0 == "a" ? "b" : $0 }, ">&-")
        #expect(closed.exitCode == .success && closed.errors.isEmpty, "\(closed.complaint)")
    }
}

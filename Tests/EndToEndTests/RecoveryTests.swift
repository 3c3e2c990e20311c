import Foundation
import Glibc
import Reporting
import Simulation
import Testing

/// Whatever is killed or stopped comes to the same weights, to the bit, as a run that nobody
/// disturbs.
@Suite(.timeLimit(.minutes(5)), .serialized) struct RecoveryTests {
    private let place: Workplace
    private static let names = ["a", "b"]

    init() throws { place = try Workplace() }

    /// A hundred epochs, a line for each, and a checkpoint in the middle of every third.
    private func words(_ more: String...) throws -> [String] {
        [
            "run", try place.pair(), "training.steps=800", "checkpoints.every=20", "--progress",
            "all",
        ] + more
    }

    private func weights(_ run: RunDirectory) throws -> [Data] {
        try Self.names.map { try run.weights(of: $0) }
    }

    private func undisturbed(_ more: [String] = []) async throws -> [Data] {
        let finished = try await Cohort.run(
            try words("--resume", "never", "name=undisturbed") + more, in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        return try weights(place.latest("undisturbed"))
    }

    /// Runs, and does something when an epoch of a learner is over for the first time.
    private func run(
        _ words: [String], atEpochs: Set<Int>, act: (Running) throws -> Void
    ) async throws -> Finished {
        try await Cohort.run(words, in: place) { launcher in
            var pending = atEpochs
            for await line in launcher.errors {
                // After a restart epochs are reported again.
                guard let match = line.firstMatch(of: /^a: epoch ([0-9]+) done/),
                    let epoch = Int(match.1), pending.remove(epoch) != nil
                else { continue }
                try act(launcher)
            }
        }.finished
    }

    private func kill(_ names: [String]) throws {
        let processes = try place.latest().startedProcesses()
        for name in names {
            if let process = processes[name] { _ = Glibc.kill(process, SIGKILL) }
        }
    }

    @Test(arguments: [1, 2, 3])
    func learnersThatAreKilledComeBackExactly(seed: UInt64) async throws {
        let expected = try await undisturbed()
        var random = SplitMix(state: seed)
        let epochs = Set((0..<5).map { _ in Int.random(in: 1...99, using: &random) })
        let finished = try await run(try words("restarts=9"), atEpochs: epochs) { _ in
            try kill([Self.names.randomElement(using: &random)!])
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("was ended by signal 9; starting it again (1 of 9)"))
        #expect(try weights(place.latest()) == expected)
        // The other one was not rolled back.
        let log = try place.text(place.latest().launcherLog)
        let starts = log.matches(of: /started '[ab]'/).count
        #expect(starts == 2 + log.matches(of: /starting it again/).count)
    }

    /// Behind keys, and beside a teacher of nonsense: who is let in, and who is in quarantine,
    /// stays so.
    @Test(arguments: [
        ["exchange.transport=tcp", "exchange.security=curve"],
        ["learners.b.attack=nan", "exchange.quarantine={strikes: 3, steps: 60}"],
        ["teaching=[{mutual: {among: [a, b], missing: {stale: 3}}}]"],
        ["learners.a.quantize={weights: 2, activations: 4}", "learners.b.quantize=minmax"],
        ["teaching=[{mutual: {among: [a, b], loss: {kind: conditional-adversarial, width: 8}}}]"],
    ])
    func whatIsKnownOfPeersComesBackWithThem(options: [String]) async throws {
        let expected = try await undisturbed(options)
        let (left, finished) = try await Cohort.run(try words() + options, in: place) {
            try await $0.kill(Self.names, of: place.latest(), every: 20, of: "a")
        }
        #expect(left.isEmpty)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.matches(of: /starting it again/).count == 2)
        #expect(try weights(place.latest()) == expected)
    }

    @Test func allThatAreKilledAtOnceComeBackExactly() async throws {
        let expected = try await undisturbed()
        let finished = try await run(try words(), atEpochs: [30, 70]) { _ in try kill(Self.names) }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(try weights(place.latest()) == expected)
    }

    @Test func oneThatIsKilledTooOftenIsNamed() async throws {
        let finished = try await run(
            try words("restarts=1"), atEpochs: Set(5...99)
        ) { _ in try kill(["b"]) }
        #expect(finished.exitCode == .signal(SIGKILL))
        #expect(
            finished.complaint.contains(
                "'b' was ended by signal 9, after it had been started again once"))
        #expect(try place.processes().isEmpty)
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGKILL])
    func aRunWhoseLauncherIsStoppedIsResumedExactly(signal: Int32) async throws {
        let expected = try await undisturbed()
        let stopped = try await run(try words(), atEpochs: [40]) { $0.signal(signal) }
        #expect(stopped.exitCode == (signal == SIGTERM ? .preempted : .signal(signal)))
        #expect(try await place.isDeserted(within: .seconds(10)))
        let again = try await Cohort.run(try words("--resume", "must"), in: place)
        #expect(again.exitCode == .success, "\(again.complaint)")
        #expect(again.complaint.contains("resuming"))
        #expect(again.complaint.contains(/a: resume after step [1-9]/))
        #expect(try weights(place.latest()) == expected)
        let runs = try FileManager.default.contentsOfDirectory(atPath: place.runs + "/pair")
        #expect(runs.count == 2, "a run and latest: \(runs)")
        // What is finished is not resumed.
        let third = try await Cohort.run(try words("--resume", "must"), in: place)
        #expect(third.exitCode == .missingFile)
    }

    @Test func aRunOfAnotherConfigurationIsNotResumed() async throws {
        _ = try await run(try words(), atEpochs: [10]) { $0.signal(SIGTERM) }
        let other = try await Cohort.run(try words("seed=2", "--resume", "allow"), in: place)
        #expect(other.exitCode == .configuration)
        #expect(other.complaint.contains("was begun otherwise ("))
        let new = try await Cohort.run(
            try words("seed=2", "training.steps=8"), in: place)
        #expect(new.exitCode == .success && !new.complaint.contains("resuming"))
    }

    @Test func aDamagedCheckpointIsPassedOver() async throws {
        let expected = try await undisturbed()
        _ = try await run(try words(), atEpochs: [40]) { $0.signal(SIGTERM) }
        let newest = try #require(place.latest().learner("a").latestCheckpoint)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: newest.state))
        bytes[bytes.count - 1] ^= 4
        try bytes.write(to: URL(fileURLWithPath: newest.state))
        let again = try await Cohort.run(try words(), in: place)
        #expect(again.exitCode == .success, "\(again.complaint)")
        #expect(
            again.complaint.contains(
                "checkpoint \(newest.name) is damaged (checksum of state.safetensors); resuming from"
            ))
        #expect(try weights(place.latest()) == expected)
    }

    @Test func aLearnerThatIsAskedWritesACheckpointAndGoesOn() async throws {
        let finished = try await run(
            try words("checkpoints={every: 1000000, keep: 5}"), atEpochs: [20, 50]
        ) { _ in
            let process = try place.latest().startedProcesses()["b"]
            if let process { _ = Glibc.kill(process, SIGUSR1) }
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let run = place.latest()
        #expect(run.learner("a").committedCheckpoints.map(\.step) == [800])
        #expect(run.learner("b").committedCheckpoints.count == 3)
    }

    @Test func oneThatTrainsAloneIsResumedExactly() async throws {
        let words = [
            "learner", try place.pair(), "training.steps=2000", "--name", "a", "--alone",
            "--directory",
        ]
        let whole = try await Cohort.run(words + [place.path + "/whole"], in: place)
        #expect(whole.exitCode == .success)
        let parts = words + [place.path + "/parts"]
        let stopped = try await run(parts, atEpochs: [50]) { $0.signal(SIGTERM) }
        #expect(stopped.exitCode == .preempted)
        let refused = try await Cohort.run(parts + ["--resume", "never"], in: place)
        #expect(refused.exitCode == .configuration)
        let again = try await Cohort.run(parts, in: place)
        #expect(again.exitCode == .success, "\(again.complaint)")
        let (one, other) = (
            RunDirectory(path: place.path + "/whole"), RunDirectory(path: place.path + "/parts")
        )
        #expect(try one.weights(of: "a") == other.weights(of: "a"))
        let nothing = try await Cohort.run(
            words + [place.path + "/new", "--resume", "must"], in: place)
        #expect(nothing.exitCode == .missingFile)
    }

    @Test func aJournalIsReplayed() async throws {
        _ = try await undisturbed()
        let run = place.latest("undisturbed")
        let summary = try Summary.read(from: run.summary)
        let replayed = try await Cohort.run(
            ["journal", run.learner("a").journal, "--replay"], in: place)
        let digest = try #require(summary.learners["a"]?.weightsSHA256)
        // Each step, and the test logits of every eighth.
        #expect(
            replayed.output == [
                "replayed: 800 steps, 900 times the same was published, weights \(digest)"
            ], "\(replayed.complaint)")
        // What another seed would say is not what was said.
        let configuration = try place.text(run.configuration)
        try configuration.replacing("seed: 1\n", with: "seed: 2\n")
            .write(toFile: run.configuration, atomically: true, encoding: .utf8)
        let other = try await Cohort.run(
            ["journal", run.learner("a").journal, "--replay"], in: place)
        #expect(other.exitCode == .failure)
        #expect(other.complaint.contains("at step 0 something else is published"))
    }

    /// One that is killed and may not be started again is done without, to the end.
    @Test func theOthersGoOnWithoutOneThatIsKilledTooOften() async throws {
        let words = [
            "run", Shipped.demonstration, "runs=\(place.runs)", "compare.alone=false", "restarts=0",
            "training.steps=500", "teaching=[{mutual: {among: [a, b, c], missing: drop}}]",
            "exchange={timeouts: {missing: 0.2}}",
        ]
        let finished = try await Cohort.run(words, in: place) { launcher in
            try await launcher.areTraining(["a", "b", "c"])
            let process = try place.latest("digits-private").startedProcesses()["b"]
            guard let process else { throw Unexpected("no b") }
            _ = Glibc.kill(process, SIGKILL)
        }.finished
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(
            finished.complaint.contains(
                /'b' was ended by signal 9(.|\n)*; the others go on without it/))
        #expect(!finished.complaint.contains("to acknowledge the end"))
        let summary = try Summary.read(from: place.latest("digits-private").summary)
        #expect(summary.learners.mapValues(\.steps) == ["a": 500, "b": 0, "c": 500])
    }

    /// What is late is a matter of time, so that no other run is the same: but the journals of this
    /// one are, through all lives, as if nobody had been killed.
    @Test(arguments: [1])
    func whatCameLateComesBackExactly(seed: UInt64) async throws {
        var random = SplitMix(state: seed)
        let finished = try await run(
            [
                "record", "--cohort", try place.pair(), "training.steps=1600",
                "checkpoints.every=20", "--progress", "all",
                "teaching=[{mutual: {among: [a, b], missing: bank}}]", "restarts=9",
                "exchange.timeouts.missing=0.02",
            ],
            atEpochs: [20, 60, 90, 120, 150]
        ) { _ in try kill([["a"], ["b"], Self.names].randomElement(using: &random)!) }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("starting it again"))
        let run = place.latest()
        let summary = try Summary.read(from: run.summary)
        var banked = 0
        for name in Self.names {
            let replayed = try await Cohort.run(
                ["journal", run.learner(name).journal, "--replay"], in: place)
            let digest = try #require(summary.learners[name]?.weightsSHA256)
            #expect(
                replayed.output.first?.hasSuffix("weights \(digest)") == true,
                "\(replayed.complaint)")
            let metrics = try JSONLines.read(path: run.learner(name).metrics).records
            banked += metrics.reduce(0) { sum, record in
                guard case .interval(let report) = record.body else { return sum }
                return sum + (report.banked?.values.reduce(0) { $0 + $1.samples } ?? 0)
            }
        }
        #expect(banked > 0)
    }

    /// One that stands still is done without, or with what it said before, and takes part again or
    /// goes on by itself.
    @Test(arguments: ["drop", "bank"])
    func oneThatMayBeMissingIsDoneWithout(missing: String) async throws {
        let words = [
            "run", Shipped.demonstration, "runs=\(place.runs)", "compare.alone=false",
            "training.steps=500", "teaching=[{mutual: {among: [a, b, c], missing: \(missing)}}]",
            "exchange={quorum: majority, timeouts: {missing: 0.2}}",
        ]
        let finished = try await Cohort.run(words, in: place) { launcher in
            try await launcher.areTraining(["a", "b", "c"])
            let process = try place.latest("digits-private").startedProcesses()["b"]
            guard let process else { throw Unexpected("no b") }
            _ = Glibc.kill(process, SIGSTOP)
            try await launcher.line { $0.hasPrefix("a: going on without 'b'") }
            _ = Glibc.kill(process, SIGCONT)
        }.finished
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let run = place.latest("digits-private")
        let metrics = try JSONLines.read(path: run.learner("a").metrics).records
        let absences = metrics.compactMap { record in
            if case .interval(let report) = record.body { report.absences?["b"] } else { nil }
        }
        #expect(absences.reduce(0, +) > 0)
        let banked = metrics.compactMap { record in
            if case .interval(let report) = record.body {
                report.banked?["b"]?.samples
            } else {
                nil
            }
        }
        #expect((banked.reduce(0, +) > 0) == (missing == "bank"))
        let journal = try await Cohort.run(
            ["journal", run.learner("a").journal, "--records"], in: place)
        #expect(journal.output.contains { $0.contains("b absent (it did not come in time)") })
    }
}

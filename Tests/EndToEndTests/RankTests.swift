import Exchange
import Foundation
import Reporting
import Testing

/// Ranks that share a run, each a process of its own with its own part of the learners.
@Suite(.timeLimit(.minutes(3))) struct RankTests {
    private let place: Workplace
    /// Three learners that meet on loopback, with keys.
    private let trio: [String]

    init() throws {
        place = try Workplace()
        let file = try place.write(
            """
            name: trio
            data: {set: digits, labels: 128}
            training: {steps: 16, batch: 16, interval: 4}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [24]}}
              c: {model: mlp, options: {hidden: [20]}}
            teaching:
              - mutual: [a, b, c]
            exchange: {transport: tcp, security: curve}
            runs: \(place.runs)
            """, to: "trio.yaml")
        trio = [file]
    }

    private func words(_ rank: Int, of size: Int, _ more: [String] = []) -> [String] {
        ["rank"] + trio + more + ["--rank", "\(rank)", "--size", "\(size)", "--run", "job1"]
    }

    /// Runs all ranks to their ends; `body` meets each while it runs.
    private func run(
        _ size: Int, _ more: [String] = [],
        body: @escaping @Sendable (Int, Running) async throws -> Void = { _, _ in }
    ) async throws -> [Finished] {
        try await withThrowingTaskGroup(of: (Int, Finished).self) { group in
            for rank in 0..<size {
                let words = words(rank, of: size, more)
                group.addTask {
                    let (_, finished) = try await Cohort.run(words, in: place) {
                        try await body(rank, $0)
                    }
                    return (rank, finished)
                }
            }
            return try await group.reduce(into: [Int: Finished]()) { $0[$1.0] = $1.1 }
                .sorted { $0.key < $1.key }.map(\.value)
        }
    }

    private func weights(_ run: RunDirectory) throws -> [String: String] {
        try Summary.read(from: run.summary).learners.mapValues {
            try #require($0.weightsSHA256)
        }
    }

    @Test(arguments: [2, 3]) func theSharesOfARunAreTheWholeRun(size: Int) async throws {
        let alone = ["name=whole", "compare.alone=true"]
        let whole = try await Cohort.run(["run"] + trio + alone, in: place)
        #expect(whole.exitCode == .success, "\(whole.complaint)")
        let ranks = try await run(size, ["compare.alone=true"])
        for finished in ranks { #expect(finished.exitCode == .success, "\(finished.complaint)") }
        #expect(ranks[0].output == whole.output)
        #expect(ranks.dropFirst().allSatisfy { $0.output.isEmpty })
        let shared = try weights(place.latest("trio"))
        #expect(shared.count == 3)
        #expect(try shared == weights(place.latest("whole")))
        #expect(try place.sockets().isEmpty)
    }

    /// Rank 0 runs the relays, with keys of their own.
    @Test func ranksAreServedByTheRelaysOfTheFirst() async throws {
        let relayed = ["exchange.topology=relay", "training.steps=200"]
        let whole = try await Cohort.run(["run"] + trio + relayed + ["name=whole"], in: place)
        #expect(whole.exitCode == .success, "\(whole.complaint)")
        let stopped = try await run(2, relayed + ["training.steps=100000000"]) { rank, running in
            guard rank == 0 else { return }
            try await running.areTraining(["a"])
            #expect(try place.latest("trio").startedProcesses().keys.contains("relay-1"))
            for _ in 0..<2 { running.signal(SIGTERM) }
        }
        for finished in stopped {
            #expect(finished.exitCode == .preempted, "\(finished.complaint)")
        }
        let ranks = try await run(2, relayed + ["name=again"])
        for finished in ranks { #expect(finished.exitCode == .success, "\(finished.complaint)") }
        #expect(try weights(place.latest("again")) == weights(place.latest("whole")))
    }

    @Test func aLearnerSeesItsRankByTorchrunsNames() async throws {
        let finished = try await Cohort.run(
            ["rank"] + trio + ["training.steps=100000000"], in: place,
            environment: ["COHORT_RANK": "0", "COHORT_SIZE": "1", "COHORT_RUN": "named"]
        ) { running in
            try await running.areTraining(["a", "b", "c"])
            let learner = try #require(try place.latest("trio").startedProcesses()["b"])
            let variables = FileManager.default.contents(atPath: "/proc/\(learner)/environ")
            let text = String(decoding: try #require(variables), as: UTF8.self)
            let found = Set(text.split(separator: "\0"))
            #expect(found.isSuperset(of: ["RANK=0", "WORLD_SIZE=1", "OPENBLAS_NUM_THREADS=1"]))
            running.signal(SIGTERM)
        }.finished
        #expect(finished.exitCode == .preempted)
        #expect(finished.complaint.contains("COHORT_RANK and COHORT_SIZE"))
    }

    @Test func ranksThatAreStoppedGoOnToTheSameBits() async throws {
        let steps = ["training.steps=3000"]
        let whole = try await Cohort.run(["run"] + trio + steps + ["name=whole"], in: place)
        #expect(whole.exitCode == .success, "\(whole.complaint)")
        // One is told; the others hear of it.
        let stopped = try await run(3, steps) { rank, running in
            guard rank == 1 else { return }
            try await running.areTraining(["b"])
            running.signal(SIGTERM)
        }
        for finished in stopped {
            #expect(finished.exitCode == .preempted, "\(finished.complaint)")
        }
        #expect(stopped[0].complaint.contains("rank 1: interrupted by signal 15"))
        let resumed = try await run(3, steps)
        for finished in resumed { #expect(finished.exitCode == .success, "\(finished.complaint)") }
        #expect(resumed[0].complaint.contains("resuming"))
        #expect(try weights(place.latest("trio")) == weights(place.latest("whole")))
    }

    /// Slurm signals every process of a step, and whoever submitted it may have done so before.
    @Test func aSchedulerMaySignalEveryProcessAndMoreThanOnce() async throws {
        let ranks = try await run(1, ["training.steps=100000000"]) { _, running in
            try await running.areTraining(["a", "b", "c"])
            let learners = try place.latest("trio").startedProcesses()
            for _ in 0..<3 {
                running.signal(SIGTERM)
                for process in learners.values { kill(process, SIGTERM) }
            }
        }
        #expect(ranks[0].exitCode == .preempted, "\(ranks[0].complaint)")
        for name in ["a", "b", "c"] {
            #expect(try !place.latest("trio").weights(of: name).isEmpty)
        }
    }

    @Test func aRankThatIsKilledIsNamedByTheOthers() async throws {
        let ranks = try await run(
            3, ["training.steps=100000000", "exchange.timeouts.step=8"]
        ) { rank, running in
            guard rank == 2 else { return }
            try await running.areTraining(["c"])
            running.signal(SIGKILL)
        }
        #expect(ranks.map(\.exitCode) == [.unavailable, .unavailable, .signal(SIGKILL)])
        for finished in ranks.prefix(2) {
            #expect(finished.complaint.contains("rank 2: it runs c, and has given no sign of life"))
        }
        #expect(try await place.isDeserted(within: .seconds(10)))
    }

    @Test func theOthersGoOnWithoutARankThatTheyCanDoWithout() async throws {
        let ranks = try await run(
            3,
            [
                "teaching=[{mutual: {among: [a, b, c], missing: drop}}]", "training.steps=4000",
                "exchange.timeouts={step: 4, missing: 0.2}",
            ]
        ) { rank, running in
            guard rank == 2 else { return }
            try await running.areTraining(["c"])
            running.signal(SIGKILL)
        }
        #expect(ranks.map(\.exitCode) == [.success, .success, .signal(SIGKILL)])
        #expect(ranks[0].complaint.contains("rank 2 has given no sign of life for 2.0 s"))
        let summary = try Summary.read(from: place.latest("trio").summary)
        #expect(summary.learners["a"]?.steps == 4000)
    }

    @Test func noRankWaitsAtItsEndForALearnerThatAnotherHasLost() async throws {
        let ranks = try await run(
            2,
            [
                "teaching=[{mutual: {among: [a, b, c], missing: drop}}]", "training.steps=4000",
                "exchange.timeouts={missing: 0.2}", "restarts=0",
            ]
        ) { rank, running in
            guard rank == 1 else { return }
            try await running.areTraining(["c"])
            let logs = RunDirectory(path: "\(place.latest("trio").path)/ranks/1")
            kill(try #require(try logs.startedProcesses()["c"]), SIGKILL)
        }
        for finished in ranks {
            #expect(finished.exitCode == .success, "\(finished.complaint)")
            #expect(!finished.complaint.contains("to acknowledge the end"))
        }
    }

    /// What the killed ranks left on the board is of no call that is made now.
    @Test func ranksThatWereKilledBeginAnewWhoeverComesFirst() async throws {
        let killed = try await run(2, ["training.steps=100000000"]) { rank, running in
            try await running.areTraining(rank == 0 ? ["a"] : ["b", "c"])
            running.signal(SIGKILL)
        }
        #expect(killed.allSatisfy { $0.exitCode == .signal(SIGKILL) })
        let words = (0..<2).map { self.words($0, of: 2, ["training.steps=100000000"]) }
        async let follower = Cohort.run(words[1], in: place) { running in
            try await running.line { $0.contains("rank 1 of 2") }
            let leader = try await Cohort.run(words[0], in: place) { leader in
                try await leader.areTraining(["a"])
                leader.signal(SIGTERM)
            }
            return leader.finished
        }
        let (leader, finished) = try await follower
        #expect(leader.exitCode == .preempted, "\(leader.complaint)")
        #expect(finished.exitCode == .preempted, "\(finished.complaint)")
    }

    @Test func theLearnerThatFailedFirstIsNamedAtEveryRank() async throws {
        let ranks = try await run(
            3, ["training.steps=100000000", "restarts=0"]
        ) { rank, running in
            guard rank == 0 else { return }
            try await running.areTraining(["a"])
            let learner = try #require(try place.latest("trio").startedProcesses()["a"])
            kill(learner, SIGKILL)
        }
        for finished in ranks {
            #expect(finished.exitCode == .signal(SIGKILL))
            #expect(finished.complaint.contains("'a' was ended by signal 9"))
        }
    }

    @Test(arguments: [0, 1]) func oneThatWaitsForOthersInVainSaysForWhom(rank: Int) async throws {
        let finished = try await Cohort.run(
            words(rank, of: 2, ["exchange.timeouts.join=1"]), in: place)
        #expect(finished.exitCode == .unavailable)
        #expect(finished.complaint.contains("rank \(1 - rank)"))
        #expect(finished.complaint.contains("within 1 s"))
    }

    @Test func ranksThatStillWaitForOthersEndWithTheFirst() async throws {
        let words = (0..<2).map { self.words($0, of: 3, ["exchange.timeouts.join=600"]) }
        let (leader, follower) = try await Cohort.run(words[1], in: place) { follower in
            try await Cohort.run(words[0], in: place) { leader in
                try await follower.line { $0.contains("waiting for the other ranks") }
                leader.signal(SIGTERM)
            }.finished
        }
        #expect(leader.exitCode == .preempted, "\(leader.complaint)")
        #expect(follower.exitCode == .preempted, "\(follower.complaint)")
    }

    @Test func whatCannotBeSharedOutIsRefused() async throws {
        let tooMany = try await Cohort.run(words(0, of: 4), in: place)
        #expect(tooMany.exitCode == .configuration)
        #expect(tooMany.complaint.contains("4 ranks for 3 learners"))
        let staged = try await Cohort.run(
            words(0, of: 1, ["teaching=[{teach: {from: a, to: [b, c], staged: true}}]"]), in: place)
        #expect(staged.exitCode == .configuration)
        #expect(staged.complaint.contains("2 stages"))
        let half = try await Cohort.run(["rank"] + trio + ["--rank", "0"], in: place)
        #expect(half.exitCode == .configuration)
        #expect(half.complaint.contains("--rank is set and --size is not"))
        let stranger = try await Cohort.run(words(0, of: 1) + ["--learner", "z"], in: place)
        #expect(stranger.exitCode == .configuration)
    }

    /// Both end by what rank 0 finds.
    @Test(arguments: [
        (["--learner", "a"], ["--learner", "b"], "no rank runs c"),
        (["--learner", "a", "--learner", "b"], ["--learner", "b", "--learner", "c"], "run b"),
        (["training.batch=16"], ["training.batch=8"], "training.batch: 8, rank 0 16"),
        (["exchange.security=plain"], ["exchange.security=curve"], "tcp, curve"),
    ])
    func ranksThatDisagreeAreRefused(
        first: [String], second: [String], complaint: String
    ) async throws {
        async let leader = Cohort.run(words(0, of: 2) + first, in: place)
        async let follower = Cohort.run(words(1, of: 2) + second, in: place)
        for finished in try await [leader, follower] {
            #expect(finished.exitCode == .configuration, "\(finished.complaint)")
            #expect(finished.complaint.contains(complaint), "\(finished.complaint)")
        }
    }

    /// Whoever joins from elsewhere knows the place and the key before anything runs, as a unit of
    /// systemd must.
    @Test func anExternalLearnerJoinsAtAStandingRendezvous() async throws {
        for name in ["rendezvous", "b"] {
            let made = try await Cohort.run(["keys", "new", name], in: place)
            #expect(made.exitCode == .success, "\(made.complaint)")
        }
        let port = try freePort()
        let settings = ["learners.b.external=true"]
        async let launcher = Cohort.run(
            words(0, of: 1, settings) + ["--master", "127.0.0.1:\(port)"], in: place)
        async let learner = Cohort.run(
            ["learner"] + trio + settings + [
                "--name", "b", "--run", "job1", "--rendezvous", "tcp://127.0.0.1:\(port)",
                "--directory", "\(place.path)/elsewhere", "--key", "keys/b.key_secret",
                "--rendezvous-key", "keys/rendezvous.key",
            ], in: place)
        for finished in try await [launcher, learner] {
            #expect(finished.exitCode == .success, "\(finished.complaint)")
        }
    }

    @Test func aMastersPortThatIsTakenEndsAllRanks() async throws {
        let (rendezvous, port) = try takenPort()
        defer { rendezvous.stop() }
        for finished in try await run(2, ["--master", "127.0.0.1:\(port)"]) {
            #expect(finished.exitCode == .unavailable, "\(finished.complaint)")
            #expect(finished.complaint.contains("tcp://127.0.0.1:\(port)"))
            #expect(finished.complaint.contains("a port that is free"))
        }
    }

    /// The cohort meets at the master's port.
    @Test func ranksMeetAtAMaster() async throws {
        let port = try freePort()
        let master = ["--master", "127.0.0.1:\(port)"]
        let ranks = try await run(2, master)
        for finished in ranks { #expect(finished.exitCode == .success, "\(finished.complaint)") }
        let meeting = try String(
            contentsOfFile: place.latest("trio").path + "/ranks/meeting.json", encoding: .utf8)
        #expect(meeting.replacing("\\/", with: "/").contains("tcp://127.0.0.1:\(port)"))
    }
}

/// A port that nobody listens on, as the system gives it.
private func freePort() throws -> Int {
    let (rendezvous, port) = try takenPort()
    rendezvous.stop()
    return port
}

/// A port that somebody listens on as long as the rendezvous is there.
private func takenPort() throws -> (Rendezvous, Int) {
    let rendezvous = try Rendezvous(
        run: ExchangeIdentity.runIdentifier(of: "port"),
        configurationDigest: [UInt8](repeating: 0, count: 32), expected: ["nobody"],
        endpoint: .tcp(host: "127.0.0.1")
    ) { _ in }
    let port = rendezvous.address.split(separator: ":").last.flatMap { Int($0) }
    return (rendezvous, try #require(port))
}

import Foundation
import Reporting
import Testing

/// Whole cohorts of real processes.
@Suite(.timeLimit(.minutes(2)), .serialized)
struct CohortRunTests {
    private let place: Workplace
    private let demonstration = "\(Command.experiments)/digits-private.yaml"

    init() throws { place = try Workplace() }

    private func run(_ folder: String, _ overrides: [String]) throws -> Summary {
        let arguments = ["run", demonstration, "runs=\(folder)", "training.steps=30"] + overrides
        let finished = try Command.run(arguments, in: place)
        #expect(finished.exitCode == 0, "\(finished.errors)")
        return try Summary.read(from: "\(place.path)/\(folder)/digits-private/latest/summary.json")
    }

    private func weights(_ folder: String, _ learner: String) throws -> Data {
        let run = RunDirectory(path: "\(place.path)/\(folder)/digits-private/latest")
        let checkpoint = try #require(run.learner(learner).latestCheckpoint)
        return try Data(contentsOf: URL(fileURLWithPath: checkpoint.model))
    }

    @Test func theSameSeedEndsInTheSameBytesWhateverTheTransportAndThreads() throws {
        let alone = "compare.alone=false"
        _ = try run("first", [alone])
        _ = try run("again", [alone])
        _ = try run("tcp", [alone, "exchange.transport=tcp"])
        _ = try run("threads", [alone, "training.threads=2"])
        _ = try run("other", [alone, "seed=2"])
        for learner in ["a", "b", "c"] {
            let first = try weights("first", learner)
            for folder in ["again", "tcp", "threads"] {
                #expect(try weights(folder, learner) == first, "\(learner) in \(folder)")
            }
            #expect(try weights("other", learner) != first)
        }
    }

    @Test func aRunLeavesWhatItSaysAndEvaluatesAlike() throws {
        let summary = try run("runs", [])
        let directory = RunDirectory(path: "\(place.path)/runs/digits-private/latest")
        #expect(summary.learners.keys.sorted() == ["a", "b", "c"])
        for (name, learner) in summary.learners {
            #expect(learner.steps == 30 && learner.aloneTestAccuracy != nil)
            let metrics = try JSONLines.read(path: directory.learner(name).metrics)
            #expect(metrics.unreadable.isEmpty && metrics.records.count > 3)
        }
        let log = try String(contentsOfFile: directory.convergenceLog, encoding: .utf8)
        #expect(log.contains("KL(a)") && log.contains("ensemble"))
        let scored = try Command.run(["evaluate", directory.path], in: place)
        #expect(scored.exitCode == 0, "\(scored.errors)")
        for learner in summary.learners.values {
            let accuracy = try #require(learner.testAccuracy)
            #expect(scored.output.contains(String(format: "%.2f%%", accuracy * 100)))
        }
        let wrong = try Command.run(
            [
                "evaluate", directory.path, "--learner", "a", "--weights",
                try #require(directory.learner("b").latestCheckpoint).model,
            ], in: place)
        #expect(wrong.exitCode == 65)
    }

    @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
    func aSignalStopsEveryLearner(signal: Int32, code: Int32) throws {
        let command = try longRun()
        let learners = try learnersOf(command)
        kill(command.identifier, signal)
        #expect(try command.finish().exitCode == code)
        #expect(learners.count == 3)
        #expect(learners.allSatisfy { kill($0, 0) == -1 })
    }

    @Test func aKilledLearnerIsNamedAndEndsTheRun() throws {
        let command = try longRun()
        let learners = try learnersOf(command)
        kill(learners[1], SIGKILL)
        let finished = try command.finish()
        #expect(finished.exitCode == 137)
        #expect(finished.errors.contains("'b' was ended by signal 9"))
        #expect(learners.allSatisfy { kill($0, 0) == -1 })
    }

    @Test func aStalledLearnerIsNamedInsteadOfWaitedForWithoutEnd() throws {
        let command = try longRun("exchange.timeouts={step: 1}")
        let learners = try learnersOf(command)
        kill(learners[2], SIGSTOP)
        let finished = try command.finish()
        #expect(finished.exitCode == 69)
        #expect(finished.errors.contains("'c'"))
        #expect(learners.allSatisfy { kill($0, 0) == -1 })
    }

    @Test func aLearnerThatNeverComesIsNamed() throws {
        let finished = try Command.run(
            [
                "run", demonstration, "runs=runs", "learners.c.external=true",
                "exchange={transport: tcp, timeouts: {join: 1}}",
            ], in: place)
        #expect(finished.exitCode == 69)
        #expect(finished.errors.contains("'c'"))
    }

    @Test(arguments: [
        (["run", "nothing.yaml"], Int32(66), "nothing.yaml"),
        (["run"], 64, "configuration"),
        (["check", "DEMONSTRATION", "training.optimiser=sgd"], 78, "optimizer"),
        (["check", "DEMONSTRATION", "learners.a.model=resnet9"], 78, "resnet8"),
        (["check", "DEMONSTRATION", "data.labels.each=600"], 78, "1257"),
        (
            ["check", "DEMONSTRATION", "data.set=fashion-mnist", "data.options={folder: none}"], 66,
            "none"
        ),
        (["evaluate", "nowhere"], 66, "nowhere"),
    ])
    func whatIsWrongIsNamed(arguments: [String], code: Int32, word: String) throws {
        let finished = try Command.run(
            arguments.map { $0 == "DEMONSTRATION" ? demonstration : $0 }, in: place)
        #expect(finished.exitCode == code)
        #expect(finished.errors.contains(word), "\(finished.errors)")
    }

    /// A run that goes on until it is stopped.
    private func longRun(_ override: String = "compare.alone=false") throws -> Command {
        try Command(
            [
                "run", demonstration, "runs=runs", "training.steps=1000000", "training.evaluate=1",
                override, "compare.alone=false",
            ], in: place)
    }

    /// The processes of the learners, once all train, in the order of their names.
    private func learnersOf(_ command: Command) throws -> [Int32] {
        var training: Set<String> = []
        let line = try command.errorLine { line in
            if line.contains("epoch") { training.insert(String(line.prefix(1))) }
            return training.count == 3
        }
        #expect(line != nil, "the run ended early")
        let log = try String(
            contentsOfFile: "\(place.path)/runs/digits-private/latest/launcher.log",
            encoding: .utf8)
        return log.matches(of: /started '([abc])', process ([0-9]+)/)
            .sorted { $0.1 < $1.1 }.compactMap { Int32($0.2) }
    }
}

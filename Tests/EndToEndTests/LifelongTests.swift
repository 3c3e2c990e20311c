import Foundation
import Glibc
import Reporting
import Testing

/// Learners that meet tasks one after another, as real processes.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LifelongTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func run(_ name: String, _ more: [String]) async throws -> Summary {
        let words =
            ["run", Shipped.path(name), "runs=\(place.runs)", "--resume", "never"] + more
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let given = more.first { $0.hasPrefix("name=") }.map { String($0.dropFirst(5)) }
        return try Summary.read(from: place.latest(given ?? name).summary)
    }

    private static let small = ["data.labels=200", "training.batch=16"]

    /// A single task is no tasks at all, and a term of weight 0 is no term, to the bit.
    @Test func whatChangesNothingChangesNoBit() async throws {
        let short = Self.small + ["training.steps=50"]
        let plain = try await run("lifelong-fine-tuning", short + ["name=none", "data.tasks=null"])
        let all = "data.tasks={classes: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]]}"
        let one = try await run("lifelong-fine-tuning", short + ["name=one", all])
        #expect(one.learners["a"]?.weightsSHA256 == plain.learners["a"]?.weightsSHA256)
        #expect(one.learners["a"]?.testAccuracy == plain.learners["a"]?.testAccuracy)
        let tuned = try await run("lifelong-fine-tuning", short + ["name=tuned"])
        #expect(tuned.learners["a"]?.weightsSHA256 != plain.learners["a"]?.weightsSHA256)
        let zero = try await run(
            "lifelong-lwf", short + ["name=zero", "teaching.0.lwf.weight=0"])
        #expect(zero.learners["a"]?.weightsSHA256 == tuned.learners["a"]?.weightsSHA256)
        let lwf = try await run("lifelong-lwf", short + ["name=lwf"])
        #expect(lwf.learners["a"]?.weightsSHA256 != tuned.learners["a"]?.weightsSHA256)
    }

    /// The matrix has a row for each task, and what follows from it is right.
    @Test(arguments: ["class", "domain", "task"])
    func theSummaryHoldsTheMatrix(setting: String) async throws {
        let summary = try await run(
            "lifelong-fine-tuning", ["training.steps=250", "data.tasks.setting=\(setting)"])
        let tasks = try #require(summary.learners["a"]?.tasks)
        #expect(tasks.setting == setting && tasks.order == [1, 2, 3, 4, 5])
        #expect(tasks.accuracies.count == 5 && tasks.accuracies.allSatisfy { $0.count == 5 })
        for (task, row) in tasks.accuracies.enumerated() {
            #expect(row[task] > 0.8, "\(tasks.accuracies)")
            // A class that was not met yet is never named.
            if setting == "class" { #expect(row[(task + 1)...].allSatisfy { $0 == 0 }) }
        }
        let last = tasks.accuracies[4]
        #expect(abs(tasks.averageAccuracy - last.reduce(0, +) / 5) < 1e-12)
        let transfer = (0..<4).reduce(0) { $0 + last[$1] - tasks.accuracies[$1][$1] } / 4
        #expect(abs(try #require(tasks.backwardTransfer) - transfer) < 1e-12)
        #expect(try #require(tasks.forgetting) >= -transfer - 1e-12)
        // Without anything that holds old classes, one head forgets all of them.
        if setting == "class" { #expect(last.prefix(4).allSatisfy { $0 < 0.2 }) }
        if setting == "task" { #expect(tasks.averageAccuracy > 0.6) }
    }

    /// Between the bounds: what is kept of old samples helps most where one head has all classes.
    @Test func exemplarsLieBetweenTheBounds() async throws {
        let lower = try await run("lifelong-fine-tuning", ["name=lower"])
        let upper = try await run("lifelong-fine-tuning", ["name=upper", "data.tasks.joint=true"])
        let between = try await run("lifelong-icarl", [])
        func average(_ summary: Summary) throws -> Double {
            try #require(summary.learners["a"]?.tasks).averageAccuracy
        }
        #expect(try average(lower) < 0.3)
        #expect(try average(upper) > 0.9)
        #expect(try average(between) > average(lower) + 0.3)
        #expect(try average(between) < average(upper))
    }

    /// Tasks of the same classes, in other forms: their past holds on to them, between the bounds.
    @Test(arguments: ["permutation", "rotation"])
    func formsOfOneDataSetAreTasks(difference: String) async throws {
        let more = ["data.tasks.by=\(difference)"]
        let held = try await run("lifelong-domains", more)
        let lower = try await run("lifelong-domains", more + ["name=lower", "teaching=null"])
        let upper = try await run(
            "lifelong-domains",
            more + ["name=upper", "teaching=null", "data.tasks.joint=true"])
        func tasks(_ summary: Summary) throws -> TaskReport {
            try #require(summary.learners["a"]?.tasks)
        }
        let found = try tasks(held)
        #expect(found.setting == "domain" && found.sources?.count == 5)
        #expect(found.classes == [[Int]](repeating: Array(0..<10), count: 5))
        for (task, row) in found.accuracies.enumerated() { #expect(row[task] > 0.7) }
        #expect(try tasks(lower).averageAccuracy < found.averageAccuracy - 0.02)
        #expect(try tasks(upper).averageAccuracy > found.averageAccuracy + 0.1)
        let scored = try await Cohort.run(
            ["evaluate", place.latest("lifelong-domains").path], in: place)
        let share = Text.percent(try #require(held.learners["a"]?.testAccuracy))
        #expect(scored.output.contains { $0.hasPrefix("a ") && $0.contains(share) })
    }

    /// Data sets of one's own are tasks too: a class then is one of its task, or of all of them.
    @Test func dataSetsOfOnesOwnAreTasks() async throws {
        let written = try await Cohort.run(
            [
                "check", Shipped.path("lifelong-fine-tuning"), "--samples", "\(place.runs)/made",
                "data.tasks=null",
            ], in: place)
        try #require(written.exitCode == .success, "\(written.complaint)")
        let names = ["images", "labels"].flatMap { kind in
            [
                "\(kind): \(place.runs)/made/train-\(kind).npy",
                "test-\(kind): \(place.runs)/made/test-\(kind).npy",
            ]
        }
        let own = "set: npy, options: {\(names.joined(separator: ", "))}"
        for (setting, outputs) in [("domain", 10), ("class", 20), ("task", 20)] {
            let summary = try await run(
                "lifelong-domains",
                [
                    "name=\(setting)",
                    "data={tasks: {sources: [{\(own)}, {\(own), rotate: 90}],"
                        + " setting: \(setting)}}",
                ])
            let tasks = try #require(summary.learners["a"]?.tasks)
            #expect(tasks.sources == ["npy", "npy, turned by 90°"])
            #expect(tasks.accuracies[1][1] > 0.8)
            #expect(Set(tasks.classes.joined()).count == outputs)
            let image = "\(place.runs)/made/test-images.npy"
            let predicted = try await Cohort.run(
                [
                    "predict", place.latest(setting).path + "/a", image, "--top", "1", "--format",
                    "json",
                ], in: place)
            try #require(predicted.exitCode == .success, "\(predicted.complaint)")
            #expect(predicted.output.count == 540)
            #expect(predicted.complaint.contains("new samples are read as those of the first one"))
        }
    }

    /// A run that has not come to its last tasks is judged by those that it has met.
    @Test func anUnfinishedRunIsJudgedByTheTasksItMet() async throws {
        let summary = try await run(
            "lifelong-fine-tuning", ["checkpoints.every=100", "checkpoints.keep=9"])
        let directory = place.latest("lifelong-fine-tuning")
        let checkpoints = directory.learner("a").checkpoints
        for step in [200, 300, 400, 500] {
            try FileManager.default.removeItem(atPath: "\(checkpoints)/step-00000\(step)")
        }
        let scored = try await Cohort.run(["evaluate", directory.path], in: place)
        let row = try #require(scored.output.first { $0.hasPrefix("a ") })
        let cells = row.split(separator: " ")
        let tasks = try #require(summary.learners["a"]?.tasks)
        // Each task has 108 test samples.
        let expected = try #require(tasks.accuracies.first).reduce(0, +) / 5 * 100
        #expect(abs(try #require(Double(cells[1].dropLast())) - expected) < 0.006)
        // Classes that were not met are 30 below the others, in four tasks of five.
        #expect(try #require(Double(cells[2])) > 20)
    }

    /// Whatever a learner has of its tasks is part of its checkpoints: killed at any time, it comes
    /// to the same bits and the same matrix.
    @Test(arguments: ["lifelong-icarl", "lifelong-lwf", "lifelong-orders", "lifelong-domains"])
    func aKilledLearnerComesBackExactly(name: String) async throws {
        let words =
            Self.small + [
                "training.steps=2000", "checkpoints.every=7", "compare.alone=false",
            ]
        let expected = try await run(name, words + ["name=undisturbed"])
        let disturbed =
            [
                "run", Shipped.path(name), "runs=\(place.runs)", "--resume", "never",
                "--progress", "all", "name=disturbed", "restarts=9",
            ] + words
        let killed = try await Cohort.run(disturbed, in: place) { launcher in
            var pending: Set = ["task 1", "task 3", "task 4"]
            for await line in launcher.errors where line.hasPrefix("a: ") {
                guard let found = pending.first(where: { line.contains("\($0) of 5 is done") })
                else { continue }
                pending.remove(found)
                let process = try place.latest("disturbed").startedProcesses()["a"]
                if let process { _ = Glibc.kill(process, SIGKILL) }
            }
        }.finished
        try #require(killed.exitCode == .success, "\(killed.complaint)")
        #expect(killed.complaint.contains("was ended by signal 9; starting it again (1 of 9)"))
        let found = try Summary.read(from: place.latest("disturbed").summary)
        for (learner, result) in expected.learners {
            #expect(found.learners[learner]?.weightsSHA256 == result.weightsSHA256)
            #expect(found.learners[learner]?.tasks == result.tasks)
        }
    }

    /// Learners of different orders count the tasks of their own order, and learn from one another
    /// what none of their own labels has told them.
    @Test func learnersOfDifferentOrdersTeachOneAnother() async throws {
        let summary = try await run("lifelong-orders", ["compare.alone=false"])
        let alone = try await run(
            "lifelong-orders",
            ["compare.alone=false", "teaching.0.mutual.weight=0", "name=apart"])
        #expect(summary.learners["c"]?.tasks?.order == [5, 4, 3, 2, 1])
        #expect(summary.learners["b"]?.tasks?.order == [3, 4, 5, 1, 2])
        for learner in ["a", "b", "c"] {
            let (taught, untaught) = (
                try #require(summary.learners[learner]?.tasks),
                try #require(alone.learners[learner]?.tasks)
            )
            #expect(taught.averageAccuracy > untaught.averageAccuracy + 0.2)
        }
    }

    @Test func theCheckShowsTheTasks() async throws {
        let finished = try await Cohort.run(["check", Shipped.path("lifelong-orders")], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.output.contains { $0.hasPrefix("tasks (setting 'class'), each of 100") })
        #expect(finished.output.contains("'c' meets them in the order 5, 4, 3, 2, 1"))
    }
}

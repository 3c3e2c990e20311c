import CohortGraph
import Experiment
import Foundation
import Reporting
import Testing

/// Every configuration that the repository carries runs, at a small size, as real processes.
@Suite(.timeLimit(.minutes(5))) struct ShippedExperimentRunTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Those whose samples are drawn or cropped in a way of their own.
    private static let keepsItsDraws = [
        "kdcl", "kdcl-general", "multi-level", "mutual-contrast", "peer-collaboration",
    ]

    /// Few samples: the digits in place of larger images, except where views, texts or private
    /// labels count.
    private static func small(_ name: String) -> [String] {
        if Shipped.onPool.contains(name) {
            let schedule =
                switch name {
                case "codistillation-shards": ["teaching.0.codistill.burn-in=4"]
                case "fedmd": ["teaching.0.mutual.schedule.burn-in=4"]
                default: [String]()
                }
            return ["training.batch=16", "training.common=32", "training.interval=4"] + schedule
        }
        if name.hasPrefix("lifelong") {
            return ["data.labels=200", "training.batch=16", "training.interval=4"]
        }
        if name.hasPrefix("language") {
            return ["training.batch=8", "training.interval=4", "training.evaluate=1"]
        }
        let isOfItsOwn = name == "satellite-views" || name.hasPrefix("wordnet")
        let data = isOfItsOwn ? "data.labels=128" : "data={set: digits, labels: 128}"
        if keepsItsDraws.contains(name) {
            return [
                "data.set=digits", "data.labels=128", "training.batch=32", "training.evaluate=1",
                "training.interval=4",
            ]
        }
        let isPooled = name.hasPrefix("cross-modal") || name == "learned-edges"
        let batch = isPooled ? [] : [data, "training.batch=32"]
        let schedule =
            switch name {
            case "data-free-cmi", "data-free-inversion":
                [
                    "teaching.0.data-free.method.iterations=3",
                    "teaching.0.data-free.method.student-steps=2",
                ]
            case "multi-head-graph": ["teaching.0.edge.loss.warmup=2"]
            case "snapshot": ["teaching.0.snapshot.every=4", "training.schedule.every=4"]
            default: [String]()
            }
        return batch + schedule + Shipped.files(name)
            + ["training.evaluate=1", "training.interval=4"]
    }

    /// Enough for every schedule to begin to teach.
    private static func budget(of name: String) -> String {
        // Eight steps of each of the five tasks.
        if name.hasPrefix("lifelong") { return "training.steps=40" }
        if name.hasPrefix("language") { return "training.steps=12" }
        let pooled =
            [
                "adversarial-features", "conditional-adversarial", "data-free-cmi",
                "data-free-inversion", "digits-same-labels", "kdgan", "learned-edges",
                "satellite-views",
            ] + Shipped.onPool
        return pooled.contains(name) || name.hasPrefix("cross-modal")
            ? "training.steps=16" : "training.epochs=4"
    }

    @Test(arguments: Shipped.small)
    func runsAndSaysWhatTeachingGained(name: String) async throws {
        let words =
            [Shipped.path(name)] + Self.small(name)
            + [Self.budget(of: name), "runs=\(place.runs)"]
        let finished = try await Cohort.run(["run"] + words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let configuration = try ExperimentConfiguration.load(
            place.latest(name).configuration, registries: .all)
        let summary = try Summary.read(from: place.latest(name).summary)
        for learner in configuration.learners.map(\.name) {
            let found = try #require(summary.learners[learner])
            let isCompared = configuration.comparedStudents.contains(learner)
            // There are no test samples of what a generator makes.
            #expect((found.testAccuracy == nil) == (configuration[learner]?.role == .generator))
            #expect((found.aloneTestAccuracy != nil) == (isCompared && configuration.comparesAlone))
            #expect(finished.output.contains { $0.hasPrefix(learner + " ") })
            try expectTerms(of: learner, configuration)
        }
    }

    /// The quantised student goes on from the float net of a run before.
    @Test func aStudentGoesOnInFewBits() async throws {
        let small = Self.small("apprentice-c") + ["training.epochs=4", "runs=\(place.runs)"]
        let floats = try await Cohort.run(
            ["run", Shipped.path("apprentice-floats")] + small, in: place)
        try #require(floats.exitCode == .success, "\(floats.complaint)")
        let weights = place.latest("apprentice-floats").path
        let words = small + ["learners.t.weights=\(weights)", "learners.s.weights=\(weights)"]
        let checked = try await Cohort.run(
            ["check", Shipped.path("apprentice-c")] + words, in: place)
        #expect(checked.complaint.contains("weights of floats: training gives the quantisation"))
        let finished = try await Cohort.run(
            ["run", Shipped.path("apprentice-c")] + words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("apprentice-c").summary)
        #expect(summary.learners["s"]?.testAccuracy != nil)
        #expect(summary.learners["s"]?.aloneTestAccuracy != nil)
    }

    /// Each group of edges is a term that taught something at some step.
    private func expectTerms(
        of learner: String, _ configuration: ExperimentConfiguration
    ) throws {
        let directory = place.latest(configuration.name).learner(learner)
        var taught: [String: Double] = [:]
        for record in try JSONLines.read(path: directory.metrics).records {
            guard case .interval(let report) = record.body else { continue }
            #expect(report.totalLoss.map(\.isFinite) == true)
            for (name, term) in report.terms { taught[name, default: 0] += abs(term.value) }
        }
        let groups = configuration.graph.groups(into: learner).filter { $0.edge.gate != .cutoff }
        #expect(taught.count == groups.count)
        #expect(taught.values.allSatisfy { $0 > 0 })
    }
}

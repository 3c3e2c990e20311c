import Foundation
import Reporting
import Testing

/// Learners on files: the cohort's, and some that only one learner has.
@Suite(.timeLimit(.minutes(3))) struct OwnDataTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Writes a pair of files and returns them as options.
    private func files(
        _ name: String, count: Int, size: Int = 8, from start: Int = 0, prefix: String = ""
    ) throws -> String {
        let pair = IDXFile.pair(count: count, size: size, classes: 4, from: start)
        let images = try place.write(pair.images, to: "\(name)-images")
        let labels = try place.write(pair.labels, to: "\(name)-labels")
        return "\(prefix)images: \(images), \(prefix)labels: \(labels)"
    }

    /// Two learners with private labels and a pool, and one with files of its own.
    private func mixed(own: String) throws -> String {
        let cohort = try files("cohort", count: 96)
        let test = try files("test", count: 40, from: 96, prefix: "test-")
        return try place.write(
            """
            name: mixed
            data: {set: idx, options: {\(cohort), \(test)}, labels: {each: 12, private: true}}
            training: {steps: 12, batch: 4, common: 8, optimizer: {kind: sgd, rate: 0.05}}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: plain-cnn, options: {depth: 2}}
              s: {model: mlp, options: {hidden: [16]}, data: {set: idx, options: {\(own)}}}
            teaching:
              - mutual: [a, b, s]
            compare: {alone: true}
            runs: \(place.runs)
            """, to: "mixed.yaml")
    }

    private func train(_ overrides: String...) async throws -> [Data] {
        let configuration = try mixed(own: files("own", count: 24, from: 136))
        let finished = try await Cohort.run(["run", configuration] + overrides, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return try ["a", "b", "s"].map { try place.latest("mixed").weights(of: $0) }
    }

    @Test func oneHasFilesThatNoOtherHas() async throws {
        let first = try await train()
        let summary = try Summary.read(from: place.latest("mixed").summary)
        #expect(summary.learners.keys.sorted() == ["a", "b", "s"])
        for learner in summary.learners.values {
            #expect(learner.steps == 12 && learner.aloneTestAccuracy != nil)
        }
        #expect(try await train("exchange.transport=tcp") == first)
        let scored = try await Cohort.run(["evaluate", place.latest("mixed").path], in: place)
        #expect(scored.exitCode == .success && scored.output.count == 5, "\(scored.complaint)")
    }

    @Test func filesOfAnotherShapeAreRefused() async throws {
        let configuration = try mixed(own: files("own", count: 24, size: 6))
        let finished = try await Cohort.run(["run", configuration], in: place)
        #expect(finished.exitCode == .configuration)
        #expect(finished.complaint.contains("'s'"), "\(finished.complaint)")
    }

    @Test func theShippedFashionExperimentRunsOnFilesOfItsForm() async throws {
        for (part, count) in [("train", 256), ("t10k", 64)] {
            let pair = IDXFile.pair(count: count, size: 28, classes: 10)
            _ = try place.write(pair.images, to: "\(part)-images-idx3-ubyte")
            _ = try place.write(pair.labels, to: "\(part)-labels-idx1-ubyte")
        }
        let finished = try await Cohort.run(
            [
                "run", Shipped.path("fashion-mutual"), "runs=\(place.runs)", "training.epochs=1",
                "data.options.folder=\(place.path)",
            ], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("fashion-mutual").summary)
        #expect(summary.learners.values.map(\.steps) == [2, 2])
    }
}

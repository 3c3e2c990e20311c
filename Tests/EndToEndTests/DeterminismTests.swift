import Foundation
import Testing

/// The same configuration and seed end in the same bytes.
@Suite(.timeLimit(.minutes(3))) struct DeterminismTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// The final weights of a run of its own.
    private func train(
        _ configuration: String, _ overrides: [String], learners: [String] = ["a", "b", "c"],
        vectors: String? = nil
    ) async throws -> [Data] {
        let finished = try await Cohort.run(
            ["run", configuration, "runs=\(place.runs)", "name=x", "training.steps=20"] + overrides,
            in: place, environment: vectors.map { ["COHORT_VECTORS": $0] } ?? [:])
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return try learners.map { try place.latest("x").weights(of: $0) }
    }

    @Test(arguments: [[], ["exchange.transport=tcp"]])
    func privateLabelsWithDropoutAndCrops(overrides: [String]) async throws {
        let random = [
            "compare.alone=false", "learners.a.options={hidden: [64], dropout: 0.3}",
            "data.augmentation={crop: {padding: 1}}",
        ]
        let first = try await train(Shipped.demonstration, random)
        let again = try await train(Shipped.demonstration, random + overrides)
        #expect(first == again)
    }

    @Test func sharedLabelsOverBothTransports() async throws {
        let configuration = Shipped.path("digits-same-labels")
        let first = try await train(configuration, ["compare.alone=false"])
        let again = try await train(
            configuration, ["compare.alone=false", "exchange.transport=tcp"])
        #expect(first == again)
    }

    @Test func anyNumberOfThreads() async throws {
        let runs = [
            try await train(Shipped.demonstration, ["training.threads=1", "compare.alone=false"]),
            try await train(Shipped.demonstration, ["training.threads=2", "compare.alone=false"]),
            try await train(Shipped.demonstration, ["training.threads=3", "compare.alone=false"]),
        ]
        #expect(runs[0] == runs[1] && runs[0] == runs[2])
    }

    /// Where the processor has AVX-512, it is taken unless AVX2 is asked for.
    @Test func vectorsOfAnySize() async throws {
        let convolutions = [
            "compare.alone=false", "learners.a={model: lenet}", "learners.b={model: mobilenet}",
        ]
        let widest = try await train(Shipped.demonstration, convolutions)
        let narrow = try await train(Shipped.demonstration, convolutions, vectors: "avx2")
        #expect(widest == narrow)
    }

    @Test func vectorsThatDoNotExistAreRefused() async throws {
        let finished = try await Cohort.run(
            ["list"], in: place, environment: ["COHORT_VECTORS": "wide"])
        #expect(finished.exitCode == .configuration)
        #expect(finished.complaint.contains("avx2 or avx512"), "\(finished.complaint)")
    }

    @Test func anotherSeedGivesOtherWeights() async throws {
        let first = try await train(place.pair(), ["seed=1"], learners: ["a", "b"])
        let other = try await train(place.pair(), ["seed=2"], learners: ["a", "b"])
        #expect(zip(first, other).allSatisfy { $0 != $1 })
        #expect(first[0] != first[1])
    }

    @Test func theResolvedConfigurationRepeatsTheRun() async throws {
        let first = try await train(Shipped.demonstration, ["compare.alone=false", "seed=7"])
        let resolved = place.latest("x").configuration
        let finished = try await Cohort.run(["run", resolved, "name=again"], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let again = try ["a", "b", "c"].map { try place.latest("again").weights(of: $0) }
        #expect(first == again)
        let text = try place.text(resolved)
        #expect(
            try place.text(place.latest("again").configuration)
                == text.replacing("name: x", with: "name: again"))
    }
}

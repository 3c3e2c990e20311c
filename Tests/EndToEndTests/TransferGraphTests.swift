import Foundation
import Reporting
import Testing

/// The knowledge transfer graph's special cases, as real processes.
@Suite(.timeLimit(.minutes(3))) struct TransferGraphTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func run(_ name: String, _ overrides: [String]) async throws -> RunDirectory {
        let words = ["run", try place.pair(), "name=\(name)"] + overrides
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return place.latest(name)
    }

    @Test func twoNodesWithAllGatesThroughAreMutualLearning() async throws {
        let mutual = try await run("mutual", [])
        let graph = try await run("graph", ["teaching=[{transfer-graph: [a, b]}]"])
        for learner in ["a", "b"] {
            #expect(try graph.weights(of: learner) == mutual.weights(of: learner))
        }
    }

    @Test func allGatesCutOffLeaveEachIndependent() async throws {
        let alone = try await run("alone", ["teaching=null"])
        let graph = try await run(
            "graph", ["teaching=[{transfer-graph: {among: [a, b], gate: cutoff}}]"])
        for learner in ["a", "b"] {
            #expect(try graph.weights(of: learner) == alone.weights(of: learner))
        }
    }

    /// A frozen node is a teacher: the graph is knowledge distillation.
    @Test func oneFrozenNodeIsATeacher() async throws {
        let trained = try await run("teacher", ["teaching=null"])
        let frozen = ["learners.b.role=teacher", "learners.b.weights=\(trained.path)"]
        let taught = try await run(
            "taught", frozen + ["teaching=[{teach: {from: b, to: a, temperature: 1}}]"])
        let graph = try await run("graph", frozen + ["teaching=[{transfer-graph: [a, b]}]"])
        #expect(try graph.weights(of: "a") == taught.weights(of: "a"))
    }

    /// The weight of its labels grows from 1/16 at the first of 16 steps.
    @Test func aLinearGateOfLabelsGrows() async throws {
        let grown = try await run("grown", ["learners.a.task-gate=linear"])
        let plain = try await run("plain", [])
        #expect(try grown.weights(of: "a") != plain.weights(of: "a"))
        let checked = try await Cohort.run(
            ["check", try place.pair(), "learners.a.task-gate=linear"], in: place)
        #expect(
            checked.output.contains {
                $0.contains("1·cross-entropy (growing linearly to the last step)")
            })
    }
}

import CohortGraph
import Experiment
import Options
import Testing

/// The graphs that a search draws, and the cohorts that they stand for.
@Suite(.timeLimit(.minutes(1))) struct GraphSearchTests {
    private func base(_ data: String = "labels: 128") throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: """
                data: {set: digits, \(data), validation: 50}
                training: {steps: 40, batch: 16}
                learners:
                  a: {model: mlp, task: 0.5}
                  b: {model: mlp, options: {hidden: [9]}, training: {steps: 80}}
                """, file: "f", name: "f", registries: .all)
    }

    private func space(_ data: String = "labels: 128", nodes: Int = 3) throws -> GraphSearchSpace {
        try GraphSearchSpace(
            base(data), target: "a", nodes: nodes, edge: "{loss: kd, temperature: 1}")
    }

    @Test func drawsFollowFromTheSeedAndDiffer() throws {
        let graphs = try space().graphs(count: 60, seed: 3)
        #expect(graphs.count == 60 && Set(graphs).count == 60)
        #expect(try graphs == space().graphs(count: 60, seed: 3))
        #expect(try graphs != space().graphs(count: 60, seed: 4))
        #expect(graphs.allSatisfy { $0.kinds[0] == "a" && $0.kinds.count <= 3 })
        let gates = Set(graphs.flatMap { $0.gates.flatMap { $0 } })
        #expect(gates == ["through", "cutoff", "linear", "correct"])
    }

    /// Two nodes of one kind have few graphs.
    @Test func thereAreNoMoreGraphsThanThereAre() throws {
        let count = try space(nodes: 2).graphs(count: 10_000, seed: 1).count
        #expect(count > 20 && count < 500)
    }

    /// Every graph is a configuration in which the target learns, and nobody is there for nothing.
    @Test func everyGraphIsACohort() throws {
        let space = try space()
        for graph in space.graphs(count: 60, seed: 1) {
            let made = try space.configuration(of: graph, named: "trial", share: 0.5)
            #expect(made.learners.map(\.name) == graph.names && made["a"] != nil)
            #expect(made.training.budget == .steps(20))
            for (node, name) in graph.names.enumerated() {
                let learner = try #require(made[name])
                let kind = graph.kinds[node]
                #expect(learner.training.budget == .steps(kind == "a" ? 20 : 40))
                #expect(learner.model == (try base())[kind]?.model)
                let label = graph.gates[node][node]
                let isFrozen = made.graph.groups(into: name).isEmpty && label == "cutoff"
                #expect(
                    learner.task == (label == "cutoff" && !isFrozen ? 0 : kind == "a" ? 0.5 : 1))
                #expect(learner.taskGate == (label == "linear" ? .linear : .through))
                #expect(node == 0 || made.graph.teaches(name))
                for group in made.graph.groups(into: name) {
                    let teacher = try #require(graph.names.firstIndex(of: group.from[0]))
                    #expect(group.edge.gate.rawValue == graph.gates[node][teacher])
                    #expect(group.from.count == 1 && group.edge.temperature == 1)
                }
            }
            let again = try ExperimentConfiguration(
                text: made.resolvedYAML(), file: "g", name: "g", registries: .all)
            #expect(again == made)
        }
    }

    /// What nothing reaches is trained first.
    @Test func aNodeThatNothingReachesIsATeacher() throws {
        let space = try space()
        let frozen = space.graphs(count: 200, seed: 1).filter {
            $0.edges.contains { $0.hasSuffix("trained before") }
        }
        try #require(!frozen.isEmpty)
        for graph in frozen {
            let made = try space.configuration(of: graph, named: "trial")
            #expect(made.stages.count > 1)
        }
    }

    /// A pool has no labels by which a teacher could be right.
    @Test func onAPoolNoGateLooksAtLabels() throws {
        let space = try space("labels: {each: 60, pool: rest}")
        let graphs = space.graphs(count: 40, seed: 1)
        #expect(!graphs.contains { $0.gates.contains { $0.contains("correct") } })
        for graph in graphs { _ = try space.configuration(of: graph, named: "trial") }
    }
}

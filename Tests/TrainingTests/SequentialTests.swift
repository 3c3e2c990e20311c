import CohortGraph
import NeuralNetwork
import Testing
import Training

/// The paper's algorithm 1: one learner after another updates, and the next learns from what the
/// last one knows now.
@Suite(.timeLimit(.minutes(1))) struct SequentialTests {
    private func cohort(_ names: [String], isSequential: Bool = true) -> TestCohort {
        TestCohort.plain(
            names.map { .init(name: $0, steps: 3) },
            names.map { name in
                EdgeGroup(
                    from: names.filter { $0 != name }, to: name, EdgeOptions(loss: "dml"),
                    isSequential: isSequential)
            })
    }

    @Test(arguments: [["a", "b"], ["a", "b", "c"]])
    func followsTheAlgorithm(names: [String]) throws {
        let trained = try cohort(names).train()
        var hand = try ByHand(cohort(names))
        for step in 0..<3 {
            for name in names {
                // The others as they are now: the earlier ones have moved already.
                let peers = names.filter { $0 != name }.map { hand.logits(of: $0, at: step) }
                hand.step(name, at: step) { own in
                    peers.map { own.divergence(from: $0) / Float(peers.count) }
                        .reduce(own.task, +)
                }
            }
        }
        let simultaneous = try cohort(names, isSequential: false).train()
        for name in names {
            let found = try #require(trained[name])
            #expect(found.error == nil)
            #expect(found.state.parameters.isClose(to: try #require(hand.parameters[name])))
            let other = try #require(simultaneous[name]?.state.parameters)
            #expect(!found.state.parameters.isClose(to: other, tolerance: 1e-4))
        }
    }

    @Test func theFirstPublishesAfterAndTheLastBefore() throws {
        let trained = try cohort(["a", "b", "c"]).train()
        func rounds(_ name: String) -> [Round] {
            trained[name]?.published.filter { $0.step == 1 }.map(\.round) ?? []
        }
        #expect(rounds("a") == [.after])
        #expect(rounds("b") == [.before, .after])
        #expect(rounds("c") == [.before])
    }

    /// The second forward pass of a step leaves no trace in the running statistics.
    @Test func theSecondPassIsNotCommitted() throws {
        var cohort = cohort(["a", "b"])
        cohort.members[0].architecture = ResNet(depth: 8, width: 4)
        let trained = try cohort.train()
        let layers = try #require(trained["a"]?.state.buffers.layers)
        #expect(!layers.isEmpty && layers.allSatisfy { $0.batches == 3 })
    }
}

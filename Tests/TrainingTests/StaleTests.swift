import CohortGraph
import Exchange
import Foundation
import NeuralNetwork
import Synchronization
import Testing
import Training

/// Knowledge that is made some steps early: of the same samples, by weights that are so much older.
@Suite(.timeLimit(.minutes(1))) struct StaleTests {
    private func cohort(_ lookAhead: Int, steps: [Int] = [6, 6, 6]) -> TestCohort {
        var edge = EdgeOptions(loss: "dml")
        edge.missing = lookAhead > 0 ? .stale(steps: lookAhead) : .wait
        let names = Array(["a", "b", "c"].prefix(steps.count))
        return TestCohort.plain(
            zip(names, steps).map { .init(name: $0, steps: $1) },
            names.map { name in
                EdgeGroup(from: names.filter { $0 != name }, to: name, edge)
            })
    }

    /// By hand, each step takes what the others' weights of some steps ago say of its own samples.
    @Test(arguments: [0, 1, 2, 4])
    func teachesWithOlderWeights(lookAhead: Int) throws {
        let trained = try cohort(lookAhead).train()
        var hand = try ByHand(cohort(lookAhead))
        var history: [ByHand] = []
        for step in 0..<6 {
            history.append(hand)
            let teacher = history[max(0, step - lookAhead)]
            for name in ["a", "b", "c"] {
                let peers = ["a", "b", "c"].filter { $0 != name }.map {
                    teacher.logits(of: $0, at: step)
                }
                hand.step(name, at: step) { own in
                    peers.map { own.divergence(from: $0) / Float(peers.count) }
                        .reduce(own.task, +)
                }
            }
        }
        let punctual = try cohort(0).train()
        for name in ["a", "b", "c"] {
            let found = try #require(trained[name])
            #expect(found.error == nil)
            #expect(found.state.parameters.isClose(to: try #require(hand.parameters[name])))
            let other = try #require(punctual[name]?.state.parameters)
            #expect(found.state.parameters.isClose(to: other, tolerance: 1e-4) == (lookAhead == 0))
        }
    }

    /// The learner that stood still kept the other from going ahead.
    private struct HeldUp: Error {}

    /// One that stands still lets the other take as many steps as the lookAhead has.
    @Test func whoIsLateByLessHoldsNobodyUp() throws {
        let hub = InMemoryHub()
        let failures = Mutex<[String]>([])
        let isAhead = DispatchSemaphore(value: 0)
        let crew = Crew()
        for assembly in try cohort(3, steps: [9, 9]).assemblies {
            let exchange = hub.exchange(of: assembly)
            crew.add(exchange) {
                let trained = train(
                    assembly, exchange: exchange,
                    stepped: { progress in
                        switch (assembly.name, progress.state.step) {
                        case ("a", 5): isAhead.signal()
                        case ("b", 2):
                            guard isAhead.wait(timeout: .now() + 60) == .success else {
                                throw HeldUp()
                            }
                        default: break
                        }
                    })
                failures.withLock { $0 += trained.error.map { ["\(assembly.name): \($0)"] } ?? [] }
            }
        }
        crew.wait()
        #expect(failures.withLock { $0 } == [])
    }

    /// Everything is said once, in order, and nothing beyond the last step that anybody takes; an
    /// ensemble of other steps' weights is not formed.
    @Test func whatIsSaidEarlyIsSaidOnce() throws {
        let trained = try cohort(2, steps: [4, 9]).train()
        for (name, last) in [("a", 8), ("b", 3)] {
            let found = try #require(trained[name])
            #expect(found.error == nil)
            #expect(found.published.map(\.step) == Array(0...last))
            #expect(found.published.allSatisfy { $0.round == .before })
            #expect(found.epochs.allSatisfy { $0.ensembleAccuracy == nil })
        }
        // Who learns no longer says the rest with the weights that it came to.
        #expect(trained["b"]?.gathered.map(\.step) == Array(0...8))
    }
}

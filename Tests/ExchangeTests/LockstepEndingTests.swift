import CohortGraph
import Exchange
import Simulation
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LockstepEndingTests {
    private func joined(_ teaching: Teaching) -> SimulatedCohort {
        let cohort = SimulatedCohort(teaching)
        cohort.startAll()
        return cohort
    }

    /// One step of everyone, up to the gathering.
    private func exchangeStep(_ cohort: SimulatedCohort, _ names: [String]) {
        for name in names { cohort.publish(name, 0) }
        cohort.deliverAll()
        for name in names {
            _ = cohort.takeAnswers(name)
            cohort.gather(name, 0)
            #expect(cohort.takeGathering(name) != nil)
        }
        cohort.deliverAll()
    }

    @Test(arguments: permutations(["a", "b", "c"]))
    func everyOrderOfFinishingEnds(_ order: [String]) {
        let cohort = joined(mutual(["a", "b", "c"]))
        exchangeStep(cohort, order)
        for name in order {
            cohort.finish(name, 0)
            cohort.deliverAll()
        }
        cohort.pass(.seconds(1))
        for name in order { #expect(cohort.takeDone(name)) }
    }

    /// The end's messages of three learners in random orders; some are lost, nobody leaves early.
    @Test(arguments: 0..<200)
    func everyOrderOfDeliveryEnds(_ seed: UInt64) {
        let names = ["a", "b", "c"]
        var random = SplitMix(state: seed)
        let cohort = joined(mutual(names))
        exchangeStep(cohort, names)
        for name in names { cohort.finish(name, 0) }
        while let index = cohort.underway.indices.randomElement(using: &random) {
            if Int.random(in: 0..<3, using: &random) == 0 {
                cohort.underway.remove(at: index)
            } else {
                cohort.deliver(at: index)
            }
        }
        cohort.pass(.seconds(2))
        for name in names { #expect(cohort.takeDone(name)) }
    }

    @Test func aTeacherStaysUntilItsPupilHasUsedEverything() {
        let cohort = joined(["t": [], "s": ["t"]])
        for step in 0...1 { cohort.publish("t", step) }
        cohort.deliverAll()
        _ = cohort.takeAnswers("t")
        cohort.finish("t", 1)
        cohort.pass(.seconds(3))
        #expect(cohort.takeAnswers("t").isEmpty)
        for step in 0...1 {
            cohort.gather("s", step)
            #expect(cohort.takeGathering("s") != nil)
        }
        cohort.deliverAll()
        #expect(cohort.takeAnswers("t").isEmpty, "s may need it again")
        cohort.handle(.checkpointed(oldest: 2, newest: 2), of: "s")
        cohort.deliverAll()
        #expect(cohort.takeDone("t"))
    }

    @Test func aPupilThatEndsEarlierLetsItsTeacherGoOn() {
        let cohort = joined(["t": [], "s": ["t"], "u": ["t"]])
        cohort.finish("s", 0)
        cohort.deliverAll()
        #expect(cohort.takeDone("s"))
        for step in 0..<10 {
            cohort.publish("t", step)
            #expect(!cohort.underway.contains { $0.to == "s" })
            cohort.deliverAll()
            #expect(cohort.takeDone("t"))
            cohort.gather("u", step)
            cohort.deliverAll()
        }
    }

    @Test func knowledgeAfterTheEndIsAClearFailure() {
        let cohort = joined(mutual(["a", "b"]))
        exchangeStep(cohort, ["a", "b"])
        cohort.finish("b", 0)
        cohort.deliverAll()
        cohort.gather("a", 1)
        #expect(
            cohort.takeFailure("a")
                == ExchangeFailure(
                    exitCode: .unavailable,
                    message: "'b' ended at step 0, and its knowledge of step 1 is needed"))
    }

    @Test func anUnacknowledgedEndIsBounded() {
        let cohort = joined(mutual(["a", "b"]))
        exchangeStep(cohort, ["a", "b"])
        cohort.finish("a", 0)
        cohort.underway = []
        cohort.pass(.seconds(121), silent: ["b"])
        #expect(cohort.takeDone("a"))
        #expect(cohort.notices["a"]?.last == "'b' did not acknowledge the end within 120 s")
    }

    /// A learner that restarted after its last step, and whose student was out of reach since.
    private func restarted() -> SimulatedCohort {
        let cohort = SimulatedCohort(["t": [], "s": ["t"]], isOptional: true)
        cohort.startAll()
        for step in 0...1 { cohort.publish("t", step) }
        cohort.restart(
            "t", identity("t", incarnation: Incarnation.following(cohort.life(of: "t"))), step: 2)
        cohort.pass(.seconds(3), silent: ["s"])
        cohort.finish("t", 1)
        return cohort
    }

    @Test func aRestartedTeacherWaitsForThePupilsOfItsEarlierLife() throws {
        let cohort = restarted()
        cohort.pass(.seconds(100), silent: ["s"])
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.pass(.seconds(1))
        for step in 0...1 {
            cohort.gather("s", step)
            let gathering = try #require(cohort.takeGathering("s"))
            #expect(gathering.knowledge.map(\.sender) == ["t"])
        }
        #expect(cohort.takeAnswers("t").isEmpty, "s may need it again")
        cohort.handle(.checkpointed(oldest: 2, newest: 2), of: "s")
        cohort.deliverAll()
        #expect(cohort.takeDone("t"))
    }

    @Test func aRestartedTeacherDoesNotWaitForEver() {
        let cohort = restarted()
        cohort.pass(.seconds(121), silent: ["s"])
        #expect(cohort.takeDone("t"))
        #expect(cohort.notices["t"]?.last == "'s' did not acknowledge the end within 120 s")
    }

    @Test func whoLeavesStopsTheOthersAtOnce() {
        let cohort = joined(mutual(["a", "b", "c"]))
        for name in ["a", "c"] { cohort.gather(name, 0) }
        cohort.handle(.leave(reason: "disk full"), of: "b")
        cohort.deliverAll()
        let expected = ExchangeFailure(
            exitCode: .unavailable, message: "'b' left the cohort: disk full", departed: "b")
        #expect(cohort.takeFailure("a") == expected)
        #expect(cohort.takeFailure("c") == expected)
        cohort.publish("a", 0)
        #expect(cohort.takeFailure("a") == expected)
    }

    @Test func whoLeavesAfterTheEndHarmsNobody() {
        let cohort = joined(mutual(["a", "b"]))
        exchangeStep(cohort, ["a", "b"])
        cohort.finish("a", 0)
        cohort.underway.removeAll { $0.to == "b" }
        cohort.handle(.leave(reason: "interrupted"), of: "b")
        cohort.deliverAll()
        #expect(cohort.takeDone("a"))
    }

    @Test func cancellingAnswersTheWaitingRequest() {
        let cohort = joined(mutual(["a", "b"]))
        let interrupt = ExchangeFailure(exitCode: .signal(2), message: "interrupted")
        cohort.gather("a", 0)
        cohort.handle(.cancel(interrupt), of: "a")
        #expect(cohort.takeFailure("a") == interrupt)
        cohort.finish("a", 0)
        #expect(cohort.takeFailure("a") == interrupt)
        // It can still say goodbye.
        cohort.handle(.leave(reason: "interrupted"), of: "a")
        #expect(cohort.underway.contains { $0.to == "b" })
    }

    @Test func aStalledPeerIsToldFromADeadOne() throws {
        for (silent, verdict) in [
            (["b"] as Set, "'b' died or cannot be reached: nothing was heard of it for 120 s"),
            ([], "'b' stalled: it lives, but kept 'a' waiting 120 s at step 0"),
        ] {
            let cohort = joined(mutual(["a", "b"]))
            cohort.gather("a", 0)
            cohort.pass(.seconds(11), silent: silent)
            #expect(
                cohort.notices["a"] == [
                    "waiting 5 s for 'b' at step 0", "waiting 10 s for 'b' at step 0",
                ])
            cohort.pass(.seconds(109), silent: silent)
            let failure = try #require(cohort.takeFailure("a"))
            #expect(failure.exitCode == .unavailable)
            #expect(failure.message.hasPrefix(verdict), "\(failure.message)")
        }
    }

    /// Ctrl-Z for ten minutes: the first beat afterwards must not blame the peers.
    @Test func timeThatThisProcessMissedDoesNotCount() {
        let cohort = joined(mutual(["a", "b"]))
        cohort.gather("a", 0)
        cohort.pass(.seconds(1))
        cohort.now += .seconds(600)
        cohort.pass(.seconds(100))
        #expect(cohort.takeAnswers("a").isEmpty)
        cohort.pass(.seconds(20))
        #expect(cohort.takeFailure("a")?.exitCode == .unavailable)
    }
}

import CohortGraph
import Exchange
import Testing

/// How long a learner waits for a peer: one that has many steps to take before the next exchange,
/// one that may itself be waiting, one that may come back.
@Suite(.timeLimit(.minutes(1)))
struct LinkPatienceTests {
    /// Knowledge travels at every tenth step alone.
    private func joined(_ teaching: Teaching) -> SimulatedCohort {
        let cohort = SimulatedCohort(teaching) { _, _, step, _ in
            step.isMultiple(of: 10) ? ["logits"] : []
        }
        cohort.startAll()
        return cohort
    }

    /// a and b have exchanged step 0, and a waits for what b says at step 10.
    private func waiting() -> SimulatedCohort {
        let cohort = joined(mutual(["a", "b"]))
        for name in ["a", "b"] { cohort.publish(name, 0) }
        cohort.deliverAll()
        for name in ["a", "b"] { cohort.gather(name, 0) }
        cohort.deliverAll()
        for name in ["a", "b"] { _ = cohort.takeAnswers(name) }
        cohort.gather("a", 10)
        return cohort
    }

    /// a goes on waiting for b, and after two seconds more no longer.
    private func expectStall(of cohort: SimulatedCohort, after time: Int, at step: Int) {
        #expect(cohort.takeAnswers("a").isEmpty)
        cohort.pass(.seconds(2))
        let message = "'b' stalled: it lives, but kept 'a' waiting \(time) s at step \(step)"
        #expect(
            cohort.takeFailure("a") == ExchangeFailure(exitCode: .unavailable, message: message))
    }

    /// The limit of 120 s is one step's, and b has ten to take.
    @Test func aLivingPeerHasTheTimeOfAllItsSteps() {
        let cohort = waiting()
        cohort.pass(.seconds(1199))
        expectStall(of: cohort, after: 1200, at: 10)
    }

    @Test func aSlowPeerIsWaitedFor() throws {
        let cohort = waiting()
        cohort.pass(.seconds(600))
        cohort.publish("b", 10)
        cohort.deliverAll()
        #expect(try #require(cohort.takeGathering("a")).waited == .seconds(600))
    }

    @Test func aDeadPeerIsNoticedAsSoonAsEver() throws {
        let cohort = waiting()
        cohort.pass(.seconds(121), silent: ["b"])
        let failure = try #require(cohort.takeFailure("a"))
        #expect(
            failure.exitCode == .unavailable && failure.message.hasPrefix("'b' died"), "\(failure)")
    }

    /// t is ahead by its window, and s has ten steps to take from what it used to what it uses
    /// next.
    @Test func aTeacherWaitsForItsPupilAsLong() throws {
        let cohort = joined(["t": [], "s": ["t"]])
        for step in [0, 10] { cohort.publish("t", step) }
        cohort.deliverAll()
        cohort.gather("s", 0)
        cohort.deliverAll()
        cohort.publish("t", 20)
        cohort.deliverAll()
        _ = (cohort.takeAnswers("t"), cohort.takeAnswers("s"))
        cohort.publish("t", 30)
        cohort.pass(.seconds(1199))
        #expect(cohort.takeAnswers("t").isEmpty)
        cohort.gather("s", 10)
        cohort.deliverAll()
        #expect(cohort.takeDone("t"))
        // And it does not wait for ever.
        cohort.publish("t", 40)
        cohort.pass(.seconds(1201))
        #expect(
            cohort.takeFailure("t")?.message.contains("1200 s to catch up with step 40") == true)
    }

    /// b may have to wait for c, which comes on: the 120 s begin again with each step that c
    /// reaches.
    @Test func nobodyStallsWhileAnotherComesOn() {
        let cohort = joined(mutual(["a", "b", "c"]))
        cohort.publish("c", 0)
        cohort.gather("a", 0)
        cohort.pass(.seconds(100))
        cohort.publish("c", 10)
        cohort.pass(.seconds(119))
        expectStall(of: cohort, after: 120, at: 0)
    }

    /// b falls silent when a has waited for 100 s: it may have been killed, and be on its way back.
    @Test func whoIsSilentForLessThanTheLimitIsNotCalledDead() throws {
        let cohort = joined(mutual(["a", "b"]))
        cohort.gather("a", 0)
        cohort.pass(.seconds(100))
        cohort.pass(.seconds(119), silent: ["b"])
        #expect(cohort.takeAnswers("a").isEmpty)
        cohort.pass(.seconds(2), silent: ["b"])
        let failure = try #require(cohort.takeFailure("a"))
        #expect(
            failure.exitCode == .unavailable
                && failure.message.hasPrefix("'b' died or cannot be reached"),
            "\(failure)")
    }

    /// The clock ticks when the limit of a step is over, not at the beat after it, and only once
    /// where the step still cannot go on.
    @Test(arguments: [Quorum.none, .majority])
    func aStepGoesOnWhenItsLimitIsOver(quorum: Quorum) throws {
        let limits = ExchangeLimits(missing: .milliseconds(50), quorum: quorum)
        let cohort = SimulatedCohort(
            mutual(["a", "b", "c"]), limits: limits, isOptional: true)
        cohort.startAll()
        cohort.pass(limits.beat)
        let beat = cohort.now + limits.beat
        #expect(cohort.locksteps["a"]?.nextTick == beat)
        cohort.gather("a", 0)
        let limit = cohort.now + limits.missing
        #expect(cohort.locksteps["a"]?.nextTick == limit)
        cohort.now = limit
        cohort.handle(.tick, of: "a")
        let absent = cohort.takeGathering("a")?.absent.map(\.reason)
        let late = "it did not come in time"
        #expect(absent == (quorum == .none ? [late, late] : nil))
        #expect(cohort.locksteps["a"]?.nextTick == beat)
    }
}

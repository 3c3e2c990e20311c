import CohortGraph
import Exchange
import Testing

/// The lockstep takes the rounds of a step from the schedule that it is given.
struct RoundTests {
    private static let inputs = Round(rawValue: 192)
    private static let adjoint = Round(rawValue: 128)
    private static let schedule = RoundSchedule([
        inputs: .batch, .before: .batch, adjoint: .batch, .evaluation: .test,
    ])

    private static func cohort() -> SimulatedCohort {
        let cohort = SimulatedCohort(mutual(["a", "b"]), schedule: schedule) { _, _, _, round in
            [inputs, adjoint].contains(round) ? ["logits"] : []
        }
        cohort.startAll()
        return cohort
    }

    private static func take(_ step: Int, of cohort: SimulatedCohort) {
        for round in [inputs, adjoint] {
            for name in ["a", "b"] { cohort.publish(name, step, round) }
            for name in ["a", "b"] { cohort.gather(name, step, round) }
            cohort.deliverAll()
        }
    }

    @Test func roundsOfAnyNumberAreExchanged() {
        let cohort = Self.cohort()
        for step in 0..<3 {
            Self.take(step, of: cohort)
            let gathered = cohort.takeAnswers("a").compactMap { answer -> Round? in
                guard case .gathered(let gathering) = answer else { return nil }
                return gathering.knowledge.first?.knowledge.round
            }
            #expect(gathered == [Self.inputs, Self.adjoint])
        }
    }

    /// A learner that starts again asks for everything from the first round of its step on.
    @Test func aRestartBeginsWithTheFirstRoundOfTheSchedule() throws {
        let cohort = Self.cohort()
        let life = cohort.life(of: "b")
        for step in 0..<3 { Self.take(step, of: cohort) }
        cohort.restart("b", identity("b", incarnation: life + 1), step: 1)
        cohort.deliverAll()
        for step in 1..<3 {
            for round in [Self.inputs, Self.adjoint] {
                cohort.publish("b", step, round)
                cohort.gather("b", step, round)
                cohort.deliverAll()
                let gathering = try #require(cohort.takeGathering("b"))
                #expect(
                    gathering.knowledge.map(\.knowledge) == [knowledge("a", step, round: round)])
            }
        }
    }

    /// A round of which a link carries nothing is nobody's to publish.
    @Test func knowledgeOfARoundThatNoLinkPlansIsIgnored() throws {
        let cohort = Self.cohort()
        cohort.deliverAll()
        let message = Message(
            sender: cohort.locksteps["b"]!.identity.sender,
            position: Position(step: 0, round: Round(rawValue: 9)),
            content: .knowledge(knowledge("b", 0).tensors))
        cohort.handle(.received(message, from: .inbox(route: Array("b".utf8))), of: "a")
        #expect(
            cohort.notices["a"]?.last
                == "ignored the knowledge of 'b' at step 0, round 9: it teaches nothing then")
        Self.take(0, of: cohort)
        #expect(cohort.takeGathering("a")?.knowledge.count == 1)
    }
}

import CohortGraph
import Exchange
import Testing

/// What a teacher published and nobody has gathered yet.
struct InboundTests {
    private static func at(_ step: Int, _ round: Round = .before) -> StepRound {
        StepRound(step: step, round: round)
    }

    private static func inbound(_ steps: Range<Int>, acceptsLate: Bool = false) -> Inbound {
        steps.reduce(into: Inbound(acceptsLate: acceptsLate)) { $0.add(knowledge("b", $1)) }
    }

    @Test func roomIsCountedInSteps() {
        var inbound = Self.inbound(0..<2)
        #expect(!inbound.hasRoom(for: Self.at(2), window: 2))
        #expect(inbound.hasRoom(for: Self.at(1, .evaluation), window: 2))
        inbound.reject(Self.at(1), "it is bad")
        #expect(!inbound.hasRoom(for: Self.at(2), window: 2))
        inbound.discard(upTo: Self.at(0))
        #expect(inbound.hasRoom(for: Self.at(2), window: 2))
    }

    @Test func anObjectionRejectsWhatIsInTheInbox() {
        var inbound = Self.inbound(0..<2)
        var isHeld = inbound.judge(Self.at(0)) { _ in nil }
        #expect(isHeld && inbound.rejected[Self.at(0)] == nil)
        isHeld = inbound.judge(Self.at(1)) { "of step \($0.step)" }
        #expect(isHeld)
        #expect(inbound.inbox[Self.at(1)] == nil && inbound.rejected[Self.at(1)] == "of step 1")
        // It was judged: another objection changes nothing.
        isHeld = inbound.judge(Self.at(1)) { _ in "again" }
        #expect(inbound.rejected[Self.at(1)] == "of step 1" && isHeld)
        isHeld = inbound.judge(Self.at(2)) { _ in "nothing" }
        #expect(!isHeld)
    }

    @Test func whatIsSettledIsDiscardedAndTaken() {
        var inbound = Self.inbound(0..<3, acceptsLate: true)
        inbound.settle(upTo: nil)
        #expect(inbound.stepRounds.count == 3)
        inbound.settle(upTo: Self.at(1))
        #expect(inbound.stepRounds == [Self.at(2)] && inbound.late?.taken == Self.at(1))
        #expect(inbound.contradiction(settled: Self.at(1), window: 2) == nil)
        #expect(inbound.contradiction(settled: Self.at(2), window: 2) != nil)
    }

    @Test func whatWasTakenIsCreditedOnce() {
        var late = LateKnowledge()
        var isMore = late.credit()
        #expect(!isMore)
        late.take(upTo: Self.at(3))
        late.take(upTo: Self.at(2))
        #expect(late.credited == nil)
        isMore = late.credit()
        #expect(isMore && late.credited == Self.at(3))
        isMore = late.credit()
        #expect(!isMore)
    }

    /// Three signs of life without knowledge, and knowledge begins the count anew.
    @Test func whatMayBeLostIsAskedForAfterThreeSigns() {
        var late = LateKnowledge()
        func asked(_ mayBeLost: Bool...) -> [Bool] {
            mayBeLost.map { late.noteSign(mayBeLost: $0) }
        }
        var answers = asked(true, true)
        #expect(answers == [false, false])
        late.noteKnowledge()
        answers = asked(true, true, true, true)
        #expect(answers == [false, false, false, true])
        answers = asked(false, false, false, false, true)
        #expect(answers == [false, false, false, false, true])
    }
}

import CohortGraph
import Exchange
import Simulation
import Testing

/// What a student is to receive, and how much of it is under way.
struct LookAheadTests {
    private static func at(_ step: Int, _ round: Round = .before) -> StepRound {
        StepRound(step: step, round: round)
    }

    private static func lookAhead(of steps: Range<Int>) -> LookAhead {
        steps.reduce(into: LookAhead()) { $0.add(at($1)) }
    }

    private static func sendAll(_ lookAhead: inout LookAhead, window: Int) -> [StepRound] {
        var sent: [StepRound] = []
        while lookAhead.maySendNext(window: window) { sent.append(lookAhead.takeNext()) }
        return sent
    }

    @Test func noMoreThanTheWindowIsUnderWay() {
        var lookAhead = Self.lookAhead(of: 0..<5)
        let sent1 = Self.sendAll(&lookAhead, window: 2)
        #expect(sent1 == [Self.at(0), Self.at(1)])
        lookAhead.acknowledge(Self.at(0))
        let sent2 = Self.sendAll(&lookAhead, window: 2)
        #expect(sent2 == [Self.at(2)])
        lookAhead.acknowledge(Self.at(2, .evaluation))
        let sent3 = Self.sendAll(&lookAhead, window: 2)
        #expect(sent3 == [Self.at(3), Self.at(4)])
        #expect(lookAhead.isAllSent)
    }

    /// The window counts steps, and a step may have many rounds.
    @Test func allRoundsOfAStepTravelTogether() {
        var lookAhead = LookAhead()
        for step in 0..<3 {
            for round in [Round.before, .after, .evaluation] { lookAhead.add(Self.at(step, round)) }
        }
        let sent4 = Self.sendAll(&lookAhead, window: 2)
        #expect(sent4.map(\.step) == [0, 0, 0, 1, 1, 1])
        #expect(!lookAhead.admits(step: 2, window: 2))
        lookAhead.acknowledge(Self.at(1, .evaluation))
        #expect(lookAhead.admits(step: 3, window: 2) && !lookAhead.admits(step: 3, window: 1))
    }

    @Test func whatWasUsedIsNotOutstanding() {
        var lookAhead = Self.lookAhead(of: 0..<3)
        #expect(!lookAhead.hasUsed(Self.at(0)))
        lookAhead.acknowledge(Self.at(1))
        #expect(lookAhead.hasUsed(Self.at(1)) && !lookAhead.hasUsed(Self.at(1, .after)))
        #expect(lookAhead.outstanding == [Self.at(2)])
        // An older acknowledgement that was overtaken takes nothing back.
        lookAhead.acknowledge(Self.at(0))
        #expect(lookAhead.acknowledged == Self.at(1))
    }

    @Test func aStudentThatAsksAgainReceivesFromThere() {
        var lookAhead = Self.lookAhead(of: 0..<3)
        _ = Self.sendAll(&lookAhead, window: 2)
        lookAhead.restart(with: [Self.at(1), Self.at(2)], acknowledged: Self.at(0, .validation))
        #expect(!lookAhead.isAllSent && lookAhead.isNext(Self.at(1)))
        let sent5 = Self.sendAll(&lookAhead, window: 2)
        #expect(sent5 == [Self.at(1), Self.at(2)])
    }

    @Test func discardingCountsWhatWasSent() {
        var lookAhead = Self.lookAhead(of: 0..<4)
        _ = Self.sendAll(&lookAhead, window: 3)
        lookAhead.discard(before: 2)
        #expect(lookAhead.outstanding == [Self.at(2), Self.at(3)])
        #expect(lookAhead.sent == 1 && lookAhead.isNext(Self.at(3)))
    }

    /// The invariants hold after any order of calls that a lockstep makes.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func nothingContradictsItself(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        var (lookAhead, next) = (LookAhead(), 0)
        for call in 0..<200 {
            switch Int.random(in: 0..<5, using: &random) {
            case 0, 1:
                lookAhead.add(Self.at(next, .before))
                next += 1
            case 2: if lookAhead.maySendNext(window: 3) { _ = lookAhead.takeNext() }
            case 3:
                guard let first = lookAhead.outstanding.first else { break }
                lookAhead.acknowledge(first)
            default: lookAhead.discard(before: Int.random(in: 0...next, using: &random))
            }
            let contradiction = lookAhead.contradiction(window: 3)
            #expect(contradiction == nil, "seed \(seed), call \(call)")
        }
    }
}

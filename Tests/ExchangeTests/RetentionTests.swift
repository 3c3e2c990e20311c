import CohortGraph
import Exchange
import Simulation
import Testing

/// What is kept for students that may have to receive it again.
struct RetentionTests {
    private static func at(_ step: Int, _ round: Round = .before) -> StepRound {
        StepRound(step: step, round: round)
    }

    private static func retention(of steps: Range<Int>) -> Retention {
        steps.reduce(into: Retention()) { $0.add(at($1), 100) }
    }

    @Test func whatIsReleasedIsLost() {
        var retention = Self.retention(of: 0..<6)
        #expect(retention.lost(from: Self.at(0)).isEmpty)
        retention.release(before: 4)
        #expect(retention.stepRounds == [Self.at(4), Self.at(5)])
        #expect(retention.byteCount == 200)
        #expect(retention.lost(from: Self.at(1)) == 1..<4)
        #expect(retention.lost(from: Self.at(4)).isEmpty)
        #expect(!retention.holds(Self.at(3)) && retention.holds(Self.at(4)))
        #expect(!retention.holds(Self.at(4, .after)))
    }

    /// Steps that were never published cannot be lost, however far a checkpoint is.
    @Test func whatWasNeverPublishedIsNotLost() {
        var retention = Self.retention(of: 0..<3)
        retention.release(before: 50)
        #expect(retention.lost(from: Self.at(1)) == 1..<3)
        #expect(retention.lost(from: Self.at(10)).isEmpty)
    }

    /// What an earlier life published goes on where it began, if its checkpoint is further back.
    @Test func anEarlierLifeLeavesWhatItPublished() {
        let published = (3..<6).map { (stepRound: Self.at($0), byteCount: 10) }
        let retention = Retention(Past(published: published, step: 5, oldest: 4))
        #expect((retention.released, retention.frontier) == (3, 6))
        let empty = Retention(Past(step: 7, oldest: 4))
        #expect((empty.released, empty.frontier) == (4, 7))
        #expect(empty.lost(from: Self.at(0)) == 0..<4)
    }

    @Test func theFirstAlwaysHasRoom() {
        var retention = Retention()
        #expect(retention.hasRoom(for: 1000, limit: 10))
        retention.add(Self.at(0), 1000)
        #expect(!retention.hasRoom(for: 1, limit: 1000) && retention.hasRoom(for: 1, limit: 1001))
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func nothingContradictsItself(_ seed: UInt64) {
        var random = SplitMix(state: seed)
        var (retention, next, released) = (Retention(), 0, 0)
        for call in 0..<200 {
            if Bool.random(using: &random) {
                retention.add(Self.at(next, .evaluation), Int.random(in: 1...9, using: &random))
                next += 1
            } else {
                released = Int.random(in: released...max(released, next), using: &random)
                retention.release(before: released)
            }
            #expect(retention.contradiction == nil, "seed \(seed), call \(call)")
            #expect(retention.stepRounds.map(\.step) == Array(released..<next))
        }
    }
}

import Bytes
import Orchestration
import Testing

/// When a rank counts as failed or gone, decided from the board's contents alone.
struct RankWatchTests {
    private static let learners = [["a"], ["b"], ["c", "d"]]

    /// With a limit of 4 s a rank is gone after 2 s, which are four looks without a new sign.
    private func watch(
        rank: Int = 0, optional: Set<String> = [], limit: Double = 4
    ) -> RankWatch {
        RankWatch(
            call: 7, rank: rank, learners: Self.learners, optional: optional, limit: limit)
    }

    private func sign(_ count: Int, lost: [String] = []) -> RankBoard.Sign {
        RankBoard.Sign(count: count, lost: lost)
    }

    /// The finding of the last of several looks at a rank whose sign does not change.
    private func finding(
        _ watch: inout RankWatch, of rank: Int, after looks: Int, sign: RankBoard.Sign? = nil
    ) -> RankWatch.Finding {
        var last = RankWatch.Finding.nothing
        for _ in 0..<looks { last = watch.look(at: rank, end: nil, sign: sign) }
        return last
    }

    @Test func rankZeroWatchesAllAndTheOthersWatchIt() {
        #expect(watch().running == [1, 2])
        #expect(watch(rank: 2).running == [0])
    }

    @Test func aFailureOfAnotherRankEndsTheRun() {
        var watch = watch()
        let failure = RankFailure(rank: 2, exitCode: .corruptData, message: "'c' failed")
        let end = RankBoard.End(call: 7, failure: failure)
        #expect(watch.look(at: 1, end: end, sign: sign(1)) == .failed(failure))
        #expect(watch.running == [2])
    }

    @Test func anEndOfAnEarlierStartDoesNotCount() {
        var watch = watch()
        let failure = RankFailure(rank: 1, exitCode: .failure, message: "before")
        let old = RankBoard.End(call: 6, failure: failure)
        #expect(watch.look(at: 1, end: old, sign: sign(1)) == .lost([]))
        #expect(watch.look(at: 1, end: RankBoard.End(call: 7), sign: sign(1)) == .nothing)
        #expect(watch.running == [2])
    }

    @Test func aSilentRankIsNamedWithItsLearners() {
        var watch = watch()
        #expect(finding(&watch, of: 2, after: 1, sign: sign(1)) == .lost([]))
        #expect(finding(&watch, of: 2, after: 3, sign: sign(1)) == .lost([]))
        #expect(
            watch.look(at: 2, end: nil, sign: sign(1))
                == .failed(
                    RankFailure(
                        rank: 2, exitCode: .unavailable,
                        message: "it runs c, d, and has given no sign of life for 2.0 s")))
    }

    /// One that never gave a sign is silent from the first look.
    @Test func aRankWithoutASignIsSilentToo() {
        var watch = watch(rank: 1)
        #expect(finding(&watch, of: 0, after: 3) == .nothing)
        guard case .failed(let failure) = watch.look(at: 0, end: nil, sign: nil) else {
            Issue.record("rank 0 is needed")
            return
        }
        #expect(failure.rank == 0)
    }

    @Test func everyNewSignBeginsThePatienceAnew() {
        var watch = watch()
        for count in 1...20 {
            #expect(finding(&watch, of: 1, after: 4, sign: sign(count)) == .lost([]))
        }
    }

    @Test(arguments: [(0.1, 2), (4, 4), (20, 20), (1000, 20)])
    func thePatienceIsHalfTheLimitAndTenSecondsAtMost(limit: Double, looks: Int) {
        var watch = watch(limit: limit)
        #expect(finding(&watch, of: 1, after: looks - 1) == .lost([]))
        guard case .failed = watch.look(at: 1, end: nil, sign: nil) else {
            Issue.record("\(looks) looks without a sign are too many")
            return
        }
    }

    @Test func theOthersGoOnWithoutARankOfOptionalLearners() {
        var watch = watch(optional: ["c", "d"])
        _ = finding(&watch, of: 2, after: 3)
        #expect(
            watch.look(at: 2, end: nil, sign: nil)
                == .gone(
                    ["c", "d"],
                    notice: "rank 2 has given no sign of life for 2.0 s; the others go on"))
        #expect(watch.running == [1])
    }

    /// It runs one learner that the others need.
    @Test func aRankIsNeededWhereOneOfItsLearnersIs() {
        var watch = watch(optional: ["c"])
        _ = finding(&watch, of: 2, after: 3)
        guard case .failed = watch.look(at: 2, end: nil, sign: nil) else {
            Issue.record("'d' is needed")
            return
        }
    }

    /// Rank 0 runs the rendezvous: no other can do without it.
    @Test func rankZeroIsAlwaysNeeded() {
        var watch = watch(rank: 2, optional: ["a", "b", "c", "d"])
        _ = finding(&watch, of: 0, after: 3)
        guard case .failed = watch.look(at: 0, end: nil, sign: nil) else {
            Issue.record("rank 0 is needed")
            return
        }
    }

    @Test func onlyRankZeroCollectsTheLostLearnersOfOthers() {
        var (first, other) = (watch(), watch(rank: 1))
        #expect(first.look(at: 2, end: nil, sign: sign(1, lost: ["d"])) == .lost(["d"]))
        #expect(other.look(at: 0, end: nil, sign: sign(1, lost: ["d"])) == .nothing)
    }

    @Test func eachLostLearnerIsPassedOnOnce() {
        let notices = Notices()
        let lost = LostLearners(added: notices.add)
        lost.add(["b"])
        lost.add(["d", "b"])
        #expect(lost.names == ["b", "d"])
        #expect(notices.lines == ["b", "d"])
    }
}

import Bytes
import Glibc
import Orchestration
import Testing
import Training

/// How a rank ends by its learners, by the other ranks and by signals.
struct RankEndingTests {
    private typealias Ending = RankEnding<String>
    private let failure = RankFailure(rank: 2, exitCode: .corruptData, message: "'c' failed")
    private let own = RankFailure(rank: 1, exitCode: .disk, message: "'b' failed")

    /// `wait`, `stop`, the results, or the error of an end.
    private func word(_ action: Ending.Action) -> String {
        switch action {
        case .wait: "wait"
        case .stop: "stop"
        case .end(.success(let results)): results
        case .end(.failure(let error)): "\(error)"
        }
    }

    private func words(rank: Int, _ events: Ending.Event...) -> [String] {
        var ending = Ending(rank: rank)
        return events.map { word(ending.add($0)) }
    }

    @Test func rankZeroEndsAfterAllOthers() {
        #expect(
            words(rank: 0, .worked(.success("done")), .watched(.success(nil))) == ["wait", "done"])
        #expect(
            words(rank: 0, .watched(.success(nil)), .worked(.success("done"))) == ["wait", "done"])
    }

    @Test func theOthersEndWithTheirLearners() {
        #expect(words(rank: 1, .worked(.success("done"))) == ["done"])
    }

    @Test func aFailureElsewhereStopsTheLearnersAndIsTheCause() {
        #expect(
            words(rank: 1, .watched(.success(failure)), .worked(.success("stopped")))
                == ["stop", "rank 2: 'c' failed"])
    }

    @Test func learnersThatFailMeanwhileByThemselvesAreTheCause() {
        #expect(
            words(rank: 1, .watched(.success(failure)), .worked(.failure(own)))
                == ["stop", "rank 1: 'b' failed"])
        #expect(
            words(rank: 0, .worked(.failure(own))) == ["rank 1: 'b' failed"])
    }

    /// The learners of rank 0 have ended, and those of another rank fail at last.
    @Test func aFailureAfterTheOwnEndStopsNothing() {
        #expect(
            words(rank: 0, .worked(.success("done")), .watched(.success(failure)))
                == ["wait", "rank 2: 'c' failed"])
    }

    @Test func theFirstOfSeveralCausesCounts() {
        #expect(
            words(
                rank: 1, .interrupted(Interruption(signal: SIGTERM)), .watched(.success(failure)),
                .worked(.success("stopped")))
                == ["stop", "wait", "interrupted by signal 15; run again to resume"])
        #expect(
            words(
                rank: 1, .watched(.failure(own)), .watched(.success(nil)),
                .worked(.success("stopped"))) == ["stop", "wait", "rank 1: 'b' failed"])
    }

    @Test func anErrorBecomesTheFailureOfItsRank() {
        #expect(RankFailure(failure, of: 0) == failure)
        let interrupted = RankFailure(Interruption(signal: SIGTERM), of: 1)
        #expect(interrupted.rank == 1 && interrupted.exitCode == .preempted)
        #expect("\(interrupted)" == "rank 1: interrupted by signal 15; run again to resume")
        struct Unknown: Error {}
        #expect(RankFailure(Unknown(), of: 0).exitCode == .failure)
    }

    @Test func onlyTheFirstSignalCounts() throws {
        let request = StopRequest()
        try request.check()
        request.note(SIGTERM)
        request.note(SIGINT)
        #expect(request.interruption == Interruption(signal: SIGTERM))
        #expect(throws: Interruption(signal: SIGTERM)) { try request.check() }
    }
}

import Bytes
import Experiment
import Foundation
import Orchestration
import Reporting
import Testing

/// How ranks find one another: decided from the board's contents and the time.
struct RankMeetingTests {
    private let call = RankBoard.Call(number: 77, run: "job1")
    private let agreement = RankAgreement(
        size: 3, provenance: Self.provenance("abc"), exchange: "tcp, curve",
        learners: ["a", "b", "c"])

    /// What a rank's numbers follow from, whose labels differ.
    private static func provenance(_ labels: String) -> Provenance {
        Provenance(settings: ["seed": "1"], contents: ["data: labels": labels])
    }

    private var calling: RankCalling {
        RankCalling(call, agreement, learners: ["a"], limit: .seconds(60))
    }

    private func answer(
        _ learners: String..., call: UInt64 = 77, size: Int = 3, labels: String = "abc",
        exchange: String = "tcp, curve"
    ) -> RankBoard.Answer {
        RankBoard.Answer(
            call: call, number: 1, host: "node", size: size, learners: learners,
            provenance: Self.provenance(labels), exchange: exchange)
    }

    private func refusal(_ answers: RankBoard.Answer?..., after: Duration = .zero) throws
        -> RankFailure
    {
        guard case .refuse(let failure) = calling.action(for: answers, after: after) else {
            throw Unexpected()
        }
        return failure
    }

    private struct Unexpected: Error {}

    @Test func theCohortMeetsWhenAllHaveAnswered() {
        let answers = [answer("b"), answer("c")]
        #expect(calling.action(for: [answers[0], nil], after: .seconds(59)) == .wait)
        #expect(calling.action(for: answers, after: .seconds(59)) == .meet(answers))
        // An answer that comes with the end of the limit is in time.
        #expect(calling.action(for: answers, after: .seconds(61)) == .meet(answers))
    }

    @Test func aRankThatNeverComesIsNamed() throws {
        let failure = try refusal(answer("b"), nil, after: .seconds(60))
        #expect(failure.exitCode == .unavailable && failure.rank == 0)
        #expect(
            failure.message == "rank 2 of 3 did not come to run job1 within 60 s"
                + " (exchange.timeouts.join)")
        let both = try refusal(nil, nil, after: .seconds(60))
        #expect(both.message.hasPrefix("rank 1 and rank 2 of 3 did not come"))
    }

    @Test func anAnswerToAnEarlierCallDoesNotCount() throws {
        let late = answer("c", call: 76)
        #expect(calling.action(for: [answer("b"), late], after: .zero) == .wait)
        #expect(
            try refusal(answer("b"), late, after: .seconds(60)).message.hasPrefix("rank 2 of 3"))
    }

    @Test func ranksThatDisagreeAreRefused() throws {
        let configuration = try refusal(answer("b"), answer("c", labels: "abd"))
        #expect(configuration.exitCode == .configuration)
        #expect(
            configuration.message.hasPrefix(
                "rank 2 on node has other settings or data (data: labels: abd, rank 0 abc)"))
        let exchange = try refusal(answer("b", exchange: "tcp, plain"), answer("c"))
        #expect(
            exchange.message.hasPrefix(
                "the exchange is tcp, plain for rank 1 on node, and tcp, curve for rank 0"))
        let size = try refusal(answer("b", size: 2), answer("c"))
        #expect(
            size.message
                == "rank 1 on node takes the run for one of 2 ranks, and rank 0 for one of 3")
    }

    @Test func everyLearnerRunsOnce() throws {
        #expect(try refusal(answer("b"), answer("b")).message.hasPrefix("no rank runs c"))
        let twice = try refusal(answer("b", "c"), answer("c", "a"))
        #expect(twice.exitCode == .configuration)
        #expect(twice.message == "several ranks run a, c: name each learner once")
    }

    private var joining: RankJoining {
        RankJoining(rank: 2, run: "job1", runs: "runs", limit: .seconds(60))
    }

    private func meeting(_ answers: UInt64..., call: UInt64 = 77) -> RankBoard.Meeting {
        RankBoard.Meeting(
            call: call, answers: answers, learners: [["a"], ["b"], ["c"]], rendezvous: "tcp://x:1")
    }

    @Test func aCallIsAnsweredOnceAndTheMeetingFollows() {
        var joining = joining
        #expect(joining.action(call: nil, meeting: nil, after: .zero) == .wait)
        #expect(
            joining.action(call: call, meeting: nil, after: .seconds(1)) { 5 }
                == .answer(call: 77, number: 5))
        #expect(joining.action(call: call, meeting: nil, after: .seconds(2)) { 6 } == .wait)
        let meeting = meeting(9, 5)
        #expect(joining.action(call: call, meeting: meeting, after: .seconds(3)) == .meet(meeting))
    }

    @Test func callsOfOtherRunsAndMeetingsOfEarlierStartsDoNotCount() {
        var joining = joining
        let other = RankBoard.Call(number: 1, run: "job2")
        #expect(joining.action(call: other, meeting: meeting(9, 5), after: .zero) { 5 } == .wait)
        _ = joining.action(call: call, meeting: nil, after: .zero) { 5 }
        let old = meeting(9, 5, call: 76)
        #expect(joining.action(call: call, meeting: old, after: .zero) == .wait)
        // Rank 0 has read the answer of an earlier start of this rank.
        #expect(joining.action(call: call, meeting: meeting(9, 4), after: .zero) == .wait)
        #expect(joining.action(call: call, meeting: meeting(9), after: .zero) == .wait)
    }

    /// Rank 0 was killed and started again while this rank waited.
    @Test func aSecondCallIsAnsweredAnew() {
        var joining = joining
        _ = joining.action(call: call, meeting: nil, after: .zero) { 5 }
        let again = RankBoard.Call(number: 78, run: "job1")
        #expect(
            joining.action(call: again, meeting: nil, after: .seconds(50)) { 6 }
                == .answer(call: 78, number: 6))
        let old = meeting(9, 5)
        #expect(joining.action(call: again, meeting: old, after: .seconds(51)) == .wait)
        // The limit counts from the answer.
        #expect(joining.action(call: again, meeting: nil, after: .seconds(114)) == .wait)
        let new = meeting(9, 6, call: 78)
        #expect(joining.action(call: again, meeting: new, after: .seconds(114)) == .meet(new))
    }

    @Test func aRefusalEndsEveryRankAlike() {
        var joining = joining
        _ = joining.action(call: call, meeting: nil, after: .zero) { 5 }
        let failure = RankFailure(rank: 0, exitCode: .configuration, message: "no rank runs c")
        let refused = RankBoard.Meeting(call: 77, refusal: failure)
        #expect(joining.action(call: call, meeting: refused, after: .zero) == .fail(failure))
    }

    @Test func aRankZeroThatDoesNotComeIsNamed() throws {
        for hasCalled in [false, true] {
            var joining = joining
            if hasCalled { _ = joining.action(call: call, meeting: nil, after: .zero) { 5 } }
            let limit = Duration.seconds(hasCalled ? 65 : 60)
            let call = hasCalled ? call : nil
            let before = joining.action(
                call: call, meeting: nil, after: limit - .milliseconds(1))
            #expect(before == .wait)
            guard case .fail(let failure) = joining.action(call: call, meeting: nil, after: limit)
            else { throw Unexpected() }
            #expect(failure.exitCode == .unavailable && failure.rank == 2)
            let word = hasCalled ? "begin" : "open"
            #expect(failure.message.hasPrefix("rank 0 did not \(word) run job1 within 60 s"))
        }
    }

    @Test func theBoardKeepsWhatIsWrittenUntilItIsCleared() throws {
        let folder = try Folder()
        let board = RankBoard(of: RunDirectory(path: folder.path))
        #expect(board.call() == nil)
        try board.clear()
        try board.write(call)
        try board.write(answer("b"), of: 1)
        try board.write(meeting(1, 2))
        try board.write(RankBoard.Sign(count: 3, lost: ["b"]), of: 1)
        let failure = RankFailure(rank: 1, exitCode: .disk, message: "full")
        try board.write(RankBoard.End(call: 77, failure: failure), of: 2)
        #expect(board.call() == call)
        #expect(board.answer(of: 1) == answer("b") && board.answer(of: 2) == nil)
        #expect(board.meeting() == meeting(1, 2))
        #expect(board.sign(of: 1) == RankBoard.Sign(count: 3, lost: ["b"]))
        #expect(board.end(of: 2)?.failure == failure)
        let path = "\(folder.path)/ranks"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o700, "who can write there can join")
        // A file that is only half there is none.
        try Data("{\"call\":".utf8).write(to: URL(fileURLWithPath: "\(path)/end-1.json"))
        #expect(board.end(of: 1) == nil)
        try board.clear()
        #expect(board.call() == nil && board.end(of: 2) == nil)
    }
}

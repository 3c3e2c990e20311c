import Bytes

/// The part of a rank other than 0 in the meeting: it answers rank 0's call, and waits until rank 0
/// names the place where the cohort meets.
///
/// A pure value: the board's contents and the time are handed in.
package struct RankJoining: Hashable, Sendable {
    /// What the rank does next.
    package enum Action: Hashable, Sendable {
        /// Read the board again.
        case wait
        /// Write the answer of this number to this call.
        case answer(call: UInt64, number: UInt64)
        /// The cohort meets.
        case meet(RankBoard.Meeting)
        /// The cohort cannot meet.
        case fail(RankFailure)
    }

    /// Rank 0 waits for the last of the others until its limit, and then decides.
    private static let decision = Duration.seconds(5)

    private let rank: Int
    private let run: String
    private let runs: String
    private let limit: Duration
    private var deadline: Duration
    /// The call that was answered, and the number of the answer.
    private var call: UInt64?
    private var number: UInt64 = 0

    /// - Parameters:
    ///   - run: the run's identifier.
    ///   - runs: the folder in which the run is looked for, for the message.
    ///   - limit: how long rank 0 may take to call, and again to name the place.
    package init(rank: Int, run: String, runs: String, limit: Duration) {
        (self.rank, self.run, self.runs) = (rank, run, runs)
        (self.limit, deadline) = (limit, limit)
    }

    /// What to do, given what the board holds.
    ///
    /// - Parameters:
    ///   - call: rank 0's call; nil where there is none, or no board yet.
    ///   - meeting: where the cohort meets; nil where that is not there yet.
    ///   - elapsed: the time since the rank began to look.
    ///   - random: the number for an answer.
    package mutating func action(
        call: RankBoard.Call?, meeting: RankBoard.Meeting?, after elapsed: Duration,
        random: () -> UInt64 = { .random(in: 0 ... .max) }
    ) -> Action {
        if let call, call.run == run, call.number != self.call {
            (self.call, number) = (call.number, random())
            deadline = elapsed + limit + Self.decision
            return .answer(call: call.number, number: number)
        }
        if let meeting, meeting.call == self.call {
            if let refusal = meeting.refusal { return .fail(refusal) }
            // Another number is that of an earlier start of this rank.
            if meeting.answers.indices.contains(rank - 1), meeting.answers[rank - 1] == number {
                return .meet(meeting)
            }
        }
        return elapsed < deadline ? .wait : .fail(lateness)
    }

    private var lateness: RankFailure {
        RankFailure(
            rank: rank, exitCode: .unavailable,
            message: "rank 0 did not \(call == nil ? "open" : "begin") run \(run) within"
                + " \(limit.components.seconds) s (exchange.timeouts.join); does it run, and see"
                + " the same \(runs)?")
    }
}

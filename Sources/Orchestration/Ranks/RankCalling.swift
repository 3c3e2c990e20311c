import Bytes

/// Rank 0's part in the meeting: it has called, and waits for the answers of all others.
///
/// A pure value: the board's contents and the time are handed in.
package struct RankCalling: Hashable, Sendable {
    /// What rank 0 does next.
    package enum Action: Hashable, Sendable {
        /// Read the board again.
        case wait
        /// All have answered, and agree: these are the answers, from rank 1 on.
        case meet([RankBoard.Answer])
        /// The cohort cannot meet.
        case refuse(RankFailure)
    }

    /// The call that was written.
    package let call: RankBoard.Call
    private let agreement: RankAgreement
    private let learners: [String]
    private let limit: Duration

    /// - Parameters:
    ///   - learners: those that rank 0 runs.
    ///   - limit: how long the others may take.
    package init(
        _ call: RankBoard.Call, _ agreement: RankAgreement, learners: [String], limit: Duration
    ) {
        (self.call, self.agreement) = (call, agreement)
        (self.learners, self.limit) = (learners, limit)
    }

    /// What to do, given what the board holds.
    ///
    /// - Parameters:
    ///   - answers: of each rank from 1 on; nil where it has not answered. Answers to another call
    ///     do not count.
    ///   - elapsed: the time since the call.
    package func action(for answers: [RankBoard.Answer?], after elapsed: Duration) -> Action {
        let current = answers.map { $0?.call == call.number ? $0 : nil }
        let missing = current.indices.filter { current[$0] == nil }.map { "rank \($0 + 1)" }
        if missing.isEmpty {
            let all = current.compactMap(\.self)
            return agreement.problem(own: learners, all).map { refusal(.configuration, $0) }
                ?? .meet(all)
        }
        guard elapsed >= limit else { return .wait }
        return refusal(
            .unavailable,
            "\(missing.joined(separator: " and ")) of \(agreement.size) did not come to run"
                + " \(call.run) within \(limit.components.seconds) s (exchange.timeouts.join)")
    }

    private func refusal(_ code: ExitCode, _ message: String) -> Action {
        .refuse(RankFailure(rank: 0, exitCode: code, message: message))
    }
}

import Bytes

/// Notices from the board when another rank fails or is gone. Rank 0 watches all others; the others
/// watch rank 0, which passes on what it notices.
///
/// A pure value: what the board holds is handed in, once for each look.
package struct RankWatch: Sendable {
    /// What a look at another rank shows.
    package enum Finding: Hashable, Sendable {
        /// The rank runs, or has ended well.
        case nothing
        /// The run fails by this.
        case failed(RankFailure)
        /// The rank has lost these learners, and the others go on without them.
        case lost([String])
        /// The rank itself is gone, and the others go on without its learners.
        case gone([String], notice: String)
    }

    /// The time between two looks.
    package static let pause = Duration.milliseconds(500)
    /// The longest time without a sign of life, in seconds.
    private static let longestSilence = 10.0

    private let call: UInt64
    private let rank: Int
    private let learners: [[String]]
    /// The ranks without which the run fails.
    private let needed: Set<Int>
    /// After how many looks without a new sign a rank counts as gone.
    private let patience: Int
    private var last: [Int: RankBoard.Sign] = [:]
    private var silence: [Int: Int] = [:]
    /// The watched ranks that have neither ended nor gone.
    package private(set) var running: Set<Int>

    /// - Parameters:
    ///   - call: the number of the call; files with another number are of an earlier start.
    ///   - rank: the rank that watches.
    ///   - learners: of each rank.
    ///   - optional: the learners that the others can do without.
    ///   - limit: seconds after which a learner counts as lost. A rank does so after half of them,
    ///     and after ten at most, so that it is named before its learners are.
    package init(
        call: UInt64, rank: Int, learners: [[String]], optional: Set<String>, limit: Double
    ) {
        (self.call, self.rank, self.learners) = (call, rank, learners)
        let watched = rank == 0 ? Array(1..<learners.count) : [0]
        running = Set(watched)
        needed = Set(watched.filter { $0 == 0 || !optional.isSuperset(of: learners[$0]) })
        patience = max(2, Int(min(limit / 2, Self.longestSilence) / (Self.pause / .seconds(1))))
    }

    /// Takes in what the board holds of another rank.
    ///
    /// - Parameters:
    ///   - end: how the rank ended; nil while it runs.
    ///   - sign: its last sign of life; nil where there is none.
    package mutating func look(
        at other: Int, end: RankBoard.End?, sign: RankBoard.Sign?
    ) -> Finding {
        if let end, end.call == call {
            running.remove(other)
            return end.failure.map(Finding.failed) ?? .nothing
        }
        silence[other] = sign == last[other] ? silence[other, default: 0] + 1 : 0
        last[other] = sign
        guard silence[other, default: 0] >= patience else {
            return rank == 0 ? .lost(sign?.lost ?? []) : .nothing
        }
        running.remove(other)
        return absence(of: other)
    }

    private func absence(of other: Int) -> Finding {
        let seconds = Double(patience) * (Self.pause / .seconds(1))
        guard needed.contains(other) else {
            return .gone(
                learners[other],
                notice: "rank \(other) has given no sign of life for \(seconds) s; the others go on"
            )
        }
        let names = learners[other].joined(separator: ", ")
        return .failed(
            RankFailure(
                rank: other, exitCode: .unavailable,
                message: "it runs \(names), and has given no sign of life for \(seconds) s"))
    }
}

import Foundation
import Launching
import Reporting
import Synchronization

/// Gives signs of life of this rank, and notices when another fails or is gone: rank 0 watches all, the
/// others watch rank 0, which tells them.
struct RankWatch {
    private let board: RankBoard
    private let call: UInt64
    private let rank: Int
    private let learners: [[String]]
    /// Whose silence ends the run.
    private let needed: Set<Int>
    /// Those that the others go on without.
    private let lost: LostLearners
    /// After how many looks a rank that gives no sign counts as lost.
    private let patience: Int
    private let notice: @Sendable (String) -> Void
    private var beats = 0
    private var last: [Int: RankBoard.Sign] = [:]
    private var silence: [Int: Int] = [:]
    /// Those that have not ended.
    private(set) var running: Set<Int>

    private static let pause = Duration.milliseconds(500)
    private static let longestSilence = 10.0

    /// - Parameters:
    ///   - learners: of each rank.
    ///   - optional: those whom the others can do without.
    ///   - lost: told of those that other ranks have lost, and says which this one has.
    ///   - limit: seconds after which a learner counts as lost; a rank does after half of them, and
    ///     after ten at most, so that it is named before its learners are.
    init(
        _ board: RankBoard, call: UInt64, rank: Int, learners: [[String]], optional: Set<String>,
        lost: LostLearners, limit: Double, notice: @escaping @Sendable (String) -> Void
    ) {
        self.board = board
        self.call = call
        self.rank = rank
        self.learners = learners
        self.lost = lost
        self.notice = notice
        let watched = rank == 0 ? Array(1..<learners.count) : [0]
        running = Set(watched)
        needed = Set(watched.filter { $0 == 0 || !optional.isSuperset(of: learners[$0]) })
        patience = max(2, Int(min(limit / 2, Self.longestSilence) / (Self.pause / .seconds(1))))
    }

    /// Watches until the task is cancelled, or all that are watched have ended well.
    ///
    /// - Returns: the failure of another; nil where there is none.
    mutating func run() async throws -> RankFailure? {
        while !running.isEmpty {
            beats += 1
            try board.write(.init(count: beats, lost: lost.names), of: rank)
            for other in running.sorted() {
                if let failure = look(at: other) { return failure }
            }
            do { try await Task.sleep(for: Self.pause) } catch { return nil }
        }
        return nil
    }

    private mutating func look(at other: Int) -> RankFailure? {
        if let end = board.end(of: other), end.call == call {
            running.remove(other)
            return end.failure
        }
        let sign = board.sign(of: other)
        silence[other] = sign == last[other] ? silence[other, default: 0] + 1 : 0
        if let sign, rank == 0 { lost.add(sign.lost) }
        last[other] = sign
        guard silence[other, default: 0] >= patience else { return nil }
        running.remove(other)
        let seconds = Double(patience) * (Self.pause / .seconds(1))
        guard needed.contains(other) else {
            notice("rank \(other) has given no sign of life for \(seconds) s; the others go on")
            lost.add(learners[other])
            return nil
        }
        let names = learners[other].joined(separator: ", ")
        return RankFailure(
            rank: other, exitCode: .unavailable,
            message: "it runs \(names), and has given no sign of life for \(seconds) s")
    }

    /// Waits a little for what a rank says of its end.
    static func failure(
        of rank: Int, _ call: UInt64, on board: RankBoard, within limit: Duration
    ) async -> RankFailure? {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let end = board.end(of: rank), end.call == call { return end.failure }
            do { try await Task.sleep(for: .milliseconds(100)) } catch { return nil }
        }
        return nil
    }
}

/// The learners of a rank, and at rank 0 of all, that the others go on without.
final class LostLearners: Sendable {
    private let known = Mutex<[String]>([])
    private let tell: @Sendable (String) -> Void

    /// - Parameter tell: called once with each.
    init(tell: @escaping @Sendable (String) -> Void = { _ in }) { self.tell = tell }

    var names: [String] { known.withLock { $0 } }

    func add(_ names: [String]) {
        let new = known.withLock { known in
            let new = names.filter { !known.contains($0) }
            known += new
            return new
        }
        for name in new { tell(name) }
    }
}

import Synchronization

/// Gives signs of life of this rank, and looks at the other ranks as ``RankWatch`` asks.
struct RankWatcher {
    let board: RankBoard
    let rank: Int
    /// The learners that the others go on without: receives those of other ranks, and has this
    /// rank's.
    let lost: LostLearners
    /// Receives messages for people.
    let notice: @Sendable (String) -> Void

    /// Watches until the task is cancelled, or all watched ranks have ended well.
    ///
    /// - Returns: the failure of another rank; nil where there is none.
    /// - Throws: ``DiskError`` where no sign of life can be written.
    func run(_ watch: inout RankWatch) async throws -> RankFailure? {
        var count = 0
        while !watch.running.isEmpty {
            count += 1
            try board.write(RankBoard.Sign(count: count, lost: lost.names), of: rank)
            for other in watch.running.sorted() {
                let (end, sign) = (board.end(of: other), board.sign(of: other))
                switch watch.look(at: other, end: end, sign: sign) {
                case .nothing: break
                case .failed(let failure): return failure
                case .lost(let names): lost.add(names)
                case .gone(let names, let text):
                    notice(text)
                    lost.add(names)
                }
            }
            do { try await Task.sleep(for: RankWatch.pause) } catch { return nil }
        }
        return nil
    }

    /// Waits for the end that a rank writes, for at most a time.
    ///
    /// - Returns: why it failed; nil where it ended well, or wrote nothing.
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

/// The learners of a rank, and at rank 0 of all ranks, that the others go on without.
package final class LostLearners: Sendable {
    private let known = Mutex<[String]>([])
    private let added: @Sendable (String) -> Void

    /// - Parameter added: called once with the name of each.
    package init(added: @escaping @Sendable (String) -> Void = { _ in }) { self.added = added }

    /// The names, in the order in which they were added.
    package var names: [String] { known.withLock { $0 } }

    /// Adds those of the names that are new.
    package func add(_ names: [String]) {
        let new = known.withLock { known in
            let new = names.filter { !known.contains($0) }
            known += new
            return new
        }
        for name in new { added(name) }
    }
}

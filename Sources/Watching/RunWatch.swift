import Bytes
import Foundation
import Reporting

/// What is shown of a run that is followed from its directory. A value: the time is handed in, and
/// each look returns the text to write.
public struct RunWatch: Sendable {
    /// The run.
    public let run: RunDirectory
    /// How the run stood at the last look.
    public private(set) var state: RunState?
    private var follower: RunFollower
    private var display: ProgressDisplay
    /// Whether the run is followed until it ends; else it is shown as it stands.
    private let isFollowing: Bool
    /// Whether what was there before the first look has been read.
    private var isAttached = false
    /// The time of the newest record of each learner.
    private var newest: [FollowedLearner: Date] = [:]

    /// Of each learner that has more, so many bytes of earlier records are read.
    public static let history = 1 << 18

    /// Watches a run.
    ///
    /// - Parameters:
    ///   - display: how it is shown.
    ///   - isFollowing: whether it is followed until it ends, or a key is pressed; else it is shown
    ///     as it stands.
    public init(_ run: RunDirectory, _ display: ProgressDisplay, isFollowing: Bool = true) {
        (self.run, self.display, self.isFollowing) = (run, display, isFollowing)
        follower = RunFollower(run, reading: .recent(bytes: Self.history))
    }

    /// Whether there is more to read at once.
    public var isBehind: Bool { follower.isBehind }

    /// Whether the run has ended, and all of it was shown.
    public var isOver: Bool {
        if case .ended = state { !isBehind } else { false }
    }

    /// Reads what is new.
    ///
    /// - Parameters:
    ///   - now: seconds from any moment on.
    ///   - size: of the terminal; nil where it is not known.
    /// - Returns: the text that shows it.
    /// - Throws: ``DiskError`` where a file of the run cannot be read.
    public mutating func look(at now: Double, on size: TerminalSize?) throws(DiskError) -> String {
        if let size { display.resize(to: size) }
        // Asked first: what was written before the end is read below.
        let state = run.state
        let updates = try follower.poll()
        for update in updates where update.replacesEarlier { forget(update.learner) }
        let isNews = state != self.state
        self.state = state
        if isFollowing {
            let footer = "\(state.explanation); q ends watching; \(run.path)"
            display.change({ $0.footer = footer }, or: { _ in })
        }
        var text = ""
        for (learner, record, isRepeated) in merged(updates) {
            text += show(record, of: learner, at: now, isRepeated)
            newest[learner] = max(record.time, newest[learner] ?? record.time)
        }
        if !isBehind { isAttached = true }
        return text + display.refresh(at: now) + (isNews ? announcement(of: state) : "")
    }

    /// Shows what was held back, and leaves the terminal to what is printed next.
    public mutating func finish() -> String { display.finish() }

    private mutating func forget(_ learner: FollowedLearner) {
        display.change({ $0.forget(learner) }, or: { _ in })
    }

    /// - Parameter isRepeated: whether it was shown before its file was replaced.
    private mutating func show(
        _ record: Record, of learner: FollowedLearner, at now: Double, _ isRepeated: Bool
    ) -> String {
        guard !isAttached || isRepeated else {
            return display.show(record, in: learner.part, at: now)
        }
        // Of the past, the logs hold the notices.
        if case .notice = record.body { return "" }
        return display.change {
            $0.take(record, in: learner.part, at: now)
            return ""
        } or: {
            isRepeated ? "" : $0.show(record, in: learner.part, at: now)
        }
    }

    /// Rows that are followed have the state below them; among lines that follow one another only
    /// one is told that needs an explanation.
    private mutating func announcement(of state: RunState) -> String {
        let line = "\(run.path): \(state.explanation)"
        guard isFollowing else { return display.add(line) }
        return display.change({ _ in "" }, or: { _ in state == .running ? "" : line + "\n" })
    }

    /// The records of all learners by their times, those of each in the order of its file, even if
    /// its clock was set back; and whether each was read before from a file that was replaced.
    private func merged(
        _ updates: [FollowedRecords]
    ) -> [(learner: FollowedLearner, record: Record, isRepeated: Bool)] {
        let timed = updates.flatMap { update in
            let known = update.replacesEarlier ? newest[update.learner] : nil
            var latest = Date.distantPast
            return update.records.map { record in
                latest = max(latest, record.time)
                let isRepeated = known.map { record.time <= $0 } ?? false
                return (time: latest, (update.learner, record, isRepeated))
            }
        }
        return timed.enumerated().sorted { a, b in
            (a.element.time, a.offset) < (b.element.time, b.offset)
        }.map(\.element.1)
    }
}

extension RunState {
    /// In words.
    fileprivate var explanation: String {
        switch self {
        case .running: "goes on"
        case .ended: "has ended"
        case .interrupted: "no process works on it; the command that began it resumes it"
        case .elsewhere(let host): "host '\(host)' worked on it last; its files are followed"
        }
    }
}

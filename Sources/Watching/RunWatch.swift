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
    /// Whether what was there before the first look has been read.
    private var isAttached = false

    /// Of each learner that has more, so many bytes of earlier records are read.
    public static let history = 1 << 18

    /// Watches a run.
    ///
    /// - Parameter display: how it is shown.
    public init(_ run: RunDirectory, _ display: ProgressDisplay) {
        (self.run, self.display) = (run, display)
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
        let footer = "\(state.explanation); q ends watching; \(run.path)"
        display.change({ $0.footer = footer }, or: { _ in })
        var text = ""
        for (part, record) in Self.merged(updates) { text += show(record, in: part, at: now) }
        if !isBehind { isAttached = true }
        return text + display.refresh(at: now) + (isNews ? announcement(of: state) : "")
    }

    /// Shows what was held back, and leaves the terminal to what is printed next.
    public mutating func finish() -> String { display.finish() }

    private mutating func forget(_ learner: FollowedLearner) {
        display.change({ $0.forget(learner) }, or: { _ in })
    }

    private mutating func show(_ record: Record, in part: RunPart, at now: Double) -> String {
        guard !isAttached else { return display.show(record, in: part, at: now) }
        // Of the past, the logs hold the notices.
        if case .notice = record.body { return "" }
        return display.change {
            $0.take(record, in: part, at: now)
            return ""
        } or: {
            $0.show(record, in: part, at: now)
        }
    }

    /// Rows have the state below them; among lines only one is told that needs an explanation.
    private mutating func announcement(of state: RunState) -> String {
        let line = state == .running ? "" : "\(run.path): \(state.explanation)\n"
        return display.change({ _ in "" }, or: { _ in line })
    }

    /// The records of all learners by their times, those of each in the order of its file, even if
    /// its clock was set back.
    private static func merged(_ updates: [FollowedRecords]) -> [(part: RunPart, record: Record)] {
        let timed = updates.flatMap { update in
            var latest = Date.distantPast
            return update.records.map { record in
                latest = max(latest, record.time)
                return (time: latest, part: update.learner.part, record: record)
            }
        }
        return timed.enumerated().sorted { a, b in
            (a.element.time, a.offset) < (b.element.time, b.offset)
        }.map { ($0.element.part, $0.element.record) }
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

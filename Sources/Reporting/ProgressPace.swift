/// Which records of many learners are shown as lines that a person can read: of each learner one
/// evaluation a second at most, the newest, and what begins, ends or warns at once.
///
/// Of a learner that is not evaluated for long, an interval is shown now and then. A pure value:
/// times are handed in, as seconds from any moment on.
public struct ProgressPace: Sendable {
    /// Seconds between two lines of a learner.
    public static let pause = 1.0
    /// Seconds after which an interval is shown where no evaluation was.
    public static let patience = 30.0

    private struct Line: Sendable {
        /// When an evaluation or interval was last shown.
        var shown: Double?
        /// When anything was last shown.
        var latest: Double
        /// An evaluation that came too early.
        var held: Record?
    }

    private var lines: [String: Line] = [:]

    /// Nothing has been shown.
    public init() {}

    /// Takes the next record in.
    ///
    /// - Returns: the records to show now.
    public mutating func take(_ record: Record, at now: Double) -> [Record] {
        var line = lines[record.learner] ?? Line(latest: now)
        defer { lines[record.learner] = line }
        switch record.body {
        case .start, .end:
            defer { line = Line(latest: now) }
            return (line.held.map { [$0] } ?? []) + [record]
        case .notice: return [record]
        case .epoch:
            guard line.shown.map({ now - $0 >= Self.pause }) ?? true else {
                line.held = record
                return []
            }
            line = Line(shown: now, latest: now)
            return [record]
        case .interval:
            guard line.held == nil, now - line.latest >= Self.patience else { return [] }
            line = Line(shown: now, latest: now)
            return [record]
        }
    }

    /// The held records that are to be shown now, in the order of the learners' names.
    ///
    /// - Parameter isLast: whether nothing comes any more, so that all are due.
    public mutating func due(at now: Double, isLast: Bool = false) -> [Record] {
        var records: [Record] = []
        for name in lines.keys.sorted() {
            guard let line = lines[name], let held = line.held,
                isLast || now - (line.shown ?? now) >= Self.pause
            else { continue }
            records.append(held)
            lines[name] = Line(shown: now, latest: now)
        }
        return records
    }
}

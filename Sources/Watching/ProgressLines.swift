import Reporting

/// How much of the progress is shown.
public enum ProgressAmount: String, CaseIterable, Sendable {
    /// As much as a person can read: rows on a terminal, elsewhere at most one line a second of
    /// each learner.
    case auto
    /// A line for every evaluation.
    case all
    /// Messages alone.
    case none
}

/// Progress as lines for people, each with the steps that are done and the time that is left.
public struct ProgressLines: Sendable {
    private let amount: ProgressAmount
    private var pace = ProgressPace()
    private var steps: [String: StepProgress] = [:]

    /// No line has been shown.
    public init(_ amount: ProgressAmount) { self.amount = amount }

    /// The lines that a record makes due, each with its end.
    ///
    /// - Parameters:
    ///   - part: the part of the run that the record is of.
    ///   - now: the time in seconds from any moment on.
    public mutating func show(
        _ record: Record, in part: RunPart = .cohort, at now: Double
    ) -> String {
        var record = record
        record.learner = FollowedLearner(record.learner, in: part).label
        steps[record.learner, default: StepProgress()].add(record)
        switch (amount, record.body) {
        case (.none, .notice): return text([record])
        case (.none, _), (.all, .interval): return ""
        case (.all, _): return text([record])
        case (.auto, _): return text(pace.take(record, at: now))
        }
    }

    /// The lines that have become due.
    public mutating func refresh(at now: Double) -> String { text(pace.due(at: now)) }

    /// The lines that were held back.
    public mutating func finish() -> String { text(pace.due(at: 0, isLast: true)) }

    private func text(_ records: [Record]) -> String {
        var renderer = ConsoleRenderer()
        return records.flatMap { record in
            renderer.lines(for: record).map { $0 + suffix(of: record) + "\n" }
        }.joined()
    }

    /// How far the learner is now, which may be further than a line that was held back.
    private func suffix(of record: Record) -> String {
        switch record.body {
        case .interval, .epoch: steps[record.learner]?.text.map { "; \($0)" } ?? ""
        case .start, .end, .notice: ""
        }
    }
}

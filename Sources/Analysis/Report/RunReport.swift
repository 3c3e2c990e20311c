import Foundation
import Reporting

/// What a run was and what it came to: the content of every form of report.
public struct RunReport: Sendable {
    /// All that is known of the run.
    public let history: RunHistory
    /// The experiment's name: that of the folder in which the run lies, where it has no summary.
    public let name: String
    /// The run's identifier.
    public let run: String
    /// A row for each learner.
    public let learners: [LearnerResult]
    /// A row for each teacher of each learner.
    public let edges: [EdgeResult]
    /// A row for each teaching term.
    public let terms: [TermResult]

    /// The report of a run.
    public init(_ history: RunHistory) {
        self.history = history
        let folder = URL(fileURLWithPath: history.run.path).resolvingSymlinksInPath()
        name = history.summary?.name ?? folder.deletingLastPathComponent().lastPathComponent
        run =
            history.summary?.run
            ?? String(folder.lastPathComponent.split(separator: "-").last ?? "")
        learners = LearnerResult.all(of: history)
        terms = history.learners.flatMap(TermResult.all)
        edges = history.learners.flatMap(EdgeResult.all)
    }

    /// A learner's row; nil where the run has none of this name.
    public func learner(_ name: String) -> LearnerResult? { learners.first { $0.name == name } }

    /// The edges into a learner.
    public func edges(to name: String) -> [EdgeResult] { edges.filter { $0.to == name } }

    /// Whether every learner came to its end, and the run with them.
    public var isFinished: Bool {
        history.summary?.exitCode == .success && learners.allSatisfy(\.isFinished)
    }

    /// In a sentence, how far the run came.
    public var state: String {
        let resumed = learners.filter { $0.starts > 1 }.map(\.name)
        let rest =
            (resumed.isEmpty
                ? "" : " Resumed: \(resumed.joined(separator: ", ")); repeated steps count once.")
            + (history.unreadable.map { " Lines of records that cannot be read: \($0)." } ?? "")
        guard !isFinished else { return "The run ended well." + rest }
        let open = learners.filter { !$0.isFinished }.map { learner in
            "\(learner.name) at step \(learner.steps)"
                + (learner.totalSteps.map { " of \($0)" } ?? "")
        }
        return begin + (open.isEmpty ? "." : ": \(open.joined(separator: ", ")).") + rest
    }

    /// How the sentence about a run without a result begins.
    private var begin: String {
        switch history.state {
        case .running: return "The run goes on"
        case .elsewhere(let host): return "The run has not ended; its processes were on \(host)"
        case .interrupted, .ended:
            let code = history.summary.map { $0.exitCode }.flatMap { $0 == .success ? nil : $0 }
            return "The run was stopped, or failed" + (code.map { " (exit code \($0))" } ?? "")
        }
    }

    /// The time from the first record to the last, in seconds; nil without records.
    public var seconds: Double? {
        let learners = history.learners + history.stages.flatMap(\.learners)
        let times = learners.compactMap(\.times)
        guard let first = times.map(\.lowerBound).min(), let last = times.map(\.upperBound).max()
        else { return nil }
        return last.timeIntervalSince(first)
    }
}

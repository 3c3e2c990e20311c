import Bytes
import Foundation
import Reporting

/// What a run directory holds of a run: its configuration, its result, and all that its learners
/// reported. The run may go on meanwhile.
public struct RunHistory: Sendable {
    /// Where it lies.
    public let run: RunDirectory
    /// `config.yaml`.
    public let configuration: String
    /// What became of the run; nil where it never ended.
    public let summary: Summary?
    /// Whether it went on when its records were read.
    public let state: RunState
    /// By their names.
    public let learners: [LearnerHistory]
    /// Of later stages, in their order: those who learned in an earlier one, and teach there.
    public let stages: [Stage]
    /// Of the same students without teaching; empty where none was trained alone.
    public let alone: [LearnerHistory]

    /// A later stage of a run.
    public struct Stage: Sendable {
        /// From 2 on.
        public let number: Int
        /// By their names.
        public let learners: [LearnerHistory]
    }

    /// Reads a run.
    ///
    /// - Throws: ``DiskError``: 66 where it is no run directory, 65 where a file is damaged.
    public init(_ run: RunDirectory) throws(DiskError) {
        guard FileManager.default.fileExists(atPath: run.configuration) else {
            throw DiskError(
                "read", run.path,
                "it is no run directory, as it has no config.yaml: name one such as"
                    + " runs/digits-private/latest",
                exitCode: .missingFile)
        }
        self.run = run
        // Asked first: what a run that has ended wrote is all read below.
        state = run.state
        configuration = String(decoding: try Files.read(run.configuration), as: UTF8.self)
        summary =
            FileManager.default.fileExists(atPath: run.summary)
            ? try Summary.read(from: run.summary) : nil
        learners = try Self.histories(in: run)
        stages = try Self.stages(of: run)
        alone = try Self.histories(in: run.alone)
    }

    /// A run of these histories.
    package init(
        run: RunDirectory = RunDirectory(path: "run"), configuration: String = "",
        summary: Summary? = nil, state: RunState = .interrupted, learners: [LearnerHistory],
        stages: [Int: [LearnerHistory]] = [:], alone: [LearnerHistory] = []
    ) {
        self.run = run
        self.state = state
        self.configuration = configuration
        self.summary = summary
        self.learners = learners
        self.stages = stages.sorted { $0.key < $1.key }.map { Stage(number: $0, learners: $1) }
        self.alone = alone
    }

    /// A learner by its name; nil where the run has none of this name.
    public func learner(_ name: String) -> LearnerHistory? { learners.first { $0.name == name } }

    /// A learner that trained alone; nil where it did not.
    public func alone(_ name: String) -> LearnerHistory? { alone.first { $0.name == name } }

    /// All that a learner reported in the cohort: as it learned, then as a teacher in later stages.
    func trainings(of name: String) -> [LearnerHistory] {
        (learners + stages.flatMap(\.learners)).filter { $0.name == name }
    }

    /// How many lines of records hold none: `2 of a, 1 of t in stage 2`; nil where there are
    /// none.
    package var unreadable: String? {
        let all =
            learners.map { (RunPart.cohort, $0) }
            + stages.flatMap { stage in stage.learners.map { (.stage(stage.number), $0) } }
            + alone.map { (.alone, $0) }
        let found = all.filter { $0.1.unreadable > 0 }.map { part, learner in
            "\(learner.unreadable) of \(FollowedLearner(learner.name, in: part).label)"
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    private static func stages(of run: RunDirectory) throws(DiskError) -> [Stage] {
        var stages: [Stage] = []
        for number in run.stageNumbers {
            stages.append(Stage(number: number, learners: try histories(in: run.stage(number))))
        }
        return stages
    }

    private static func histories(in run: RunDirectory) throws(DiskError) -> [LearnerHistory] {
        var histories: [LearnerHistory] = []
        for name in run.learnerNames {
            let path = run.learner(name).metrics
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let (records, unreadable) = try JSONLines.read(path: path)
            histories.append(LearnerHistory(name, records, unreadable: unreadable.count))
        }
        return histories
    }
}

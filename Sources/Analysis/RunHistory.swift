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
    /// By their names.
    public let learners: [LearnerHistory]
    /// Of the same students without teaching; empty where none was trained alone.
    public let alone: [LearnerHistory]

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
        configuration = String(decoding: try Files.read(run.configuration), as: UTF8.self)
        summary =
            FileManager.default.fileExists(atPath: run.summary)
            ? try Summary.read(from: run.summary) : nil
        learners = try Self.histories(in: run)
        alone = try Self.histories(in: run.alone)
    }

    /// A run of these histories.
    package init(
        run: RunDirectory = RunDirectory(path: "run"), configuration: String = "",
        summary: Summary? = nil, learners: [LearnerHistory], alone: [LearnerHistory] = []
    ) {
        self.run = run
        self.configuration = configuration
        self.summary = summary
        self.learners = learners
        self.alone = alone
    }

    /// A learner by its name; nil where the run has none of this name.
    public func learner(_ name: String) -> LearnerHistory? { learners.first { $0.name == name } }

    /// A learner that trained alone; nil where it did not.
    public func alone(_ name: String) -> LearnerHistory? { alone.first { $0.name == name } }

    private static func histories(in run: RunDirectory) throws(DiskError) -> [LearnerHistory] {
        let folder = "\(run.path)/learners"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var histories: [LearnerHistory] = []
        for name in names.sorted() {
            let path = run.learner(name).metrics
            guard FileManager.default.fileExists(atPath: path) else { continue }
            histories.append(LearnerHistory(name, try JSONLines.read(path: path).records))
        }
        return histories
    }
}

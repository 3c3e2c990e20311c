import Foundation

/// Where one run keeps everything: `runs/<name>/<time>-<id>/`.
public struct RunDirectory: Hashable, Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// The configuration as it was resolved.
    public var configuration: String { "\(path)/config.yaml" }
    public var summary: String { "\(path)/summary.json" }
    /// The convergence of all learners, merged.
    public var convergenceLog: String { "\(path)/convergence.log" }
    public var launcherLog: String { "\(path)/launcher.log" }

    /// Where those that were trained before keep what they do in a later stage, where they teach.
    public func stage(_ number: Int) -> RunDirectory {
        RunDirectory(path: "\(path)/stages/\(number)")
    }

    public func learner(_ name: String) -> LearnerDirectory {
        LearnerDirectory(path: "\(path)/learners/\(name)")
    }

    /// Makes `<root>/<name>/<time>-<id>`, the learners' directories in it, and points
    /// `<root>/<name>/latest` at it.
    ///
    /// - Parameters:
    ///   - id: tells apart runs that start in the same second (UTC).
    ///   - learners: whose directories are made.
    /// - Throws: ``DiskError``, also where the directory is there already.
    public static func create(
        in root: String = "runs", name: String, id: String, learners: [String],
        time: Date = Date()
    ) throws(DiskError) -> RunDirectory {
        let folder = "\(root)/\(name)"
        let run = "\(stamp(time))-\(id)"
        let directory = RunDirectory(path: "\(folder)/\(run)")
        try Files.createDirectory(folder)
        try Files.createDirectory(directory.path, withParents: false)
        for learner in learners {
            try Files.createDirectory(directory.learner(learner).path)
        }
        try Files.link("\(folder)/latest", to: run)
        return directory
    }

    /// `20261123-231559`, in UTC.
    private static func stamp(_ time: Date) -> String {
        time.formatted(
            .iso8601.year().month().day().dateSeparator(.omitted)
                .time(includingFractionalSeconds: false).timeSeparator(.omitted)
                .dateTimeSeparator(.space)
        ).replacing(" ", with: "-")
    }
}

/// Where one learner of a run keeps what is its own.
public struct LearnerDirectory: Hashable, Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    /// Lines for people.
    public var log: String { "\(path)/log.txt" }
    /// Lines for programs.
    public var metrics: String { "\(path)/metrics.jsonl" }
    public var journal: String { "\(path)/journal" }
    public var checkpoints: String { "\(path)/checkpoints" }

    public func checkpoint(afterStep step: Int) -> CheckpointDirectory {
        let digits = String(step)
        let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
        return CheckpointDirectory(path: "\(checkpoints)/step-\(zeros)\(digits)")
    }
}

/// The files of one checkpoint.
public struct CheckpointDirectory: Hashable, Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    public var model: String { "\(path)/model.safetensors" }
    public var state: String { "\(path)/state.safetensors" }
    public var manifest: String { "\(path)/manifest.json" }
}

extension RunDirectory {
    /// Creates the folder, if it is not there.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// Writes `config.yaml`, in place of one that is there.
    public func write(configuration yaml: String) throws(DiskError) {
        try Files.replace(configuration, with: Data(yaml.utf8))
    }
}

extension LearnerDirectory {
    /// Creates the folder, if it is not there.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// The checkpoint after the most steps, or nil where there is none.
    public var latestCheckpoint: CheckpointDirectory? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
        return names.filter { $0.wholeMatch(of: /step-[0-9]{8,}/) != nil }
            .max { ($0.count, $0) < ($1.count, $1) }
            .map { CheckpointDirectory(path: "\(checkpoints)/\($0)") }
    }
}

extension CheckpointDirectory {
    /// Creates the folder, if it is not there.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// Writes `model.safetensors` as a whole.
    public func write(model bytes: [UInt8]) throws(DiskError) {
        try Files.replace(model, with: Data(bytes))
    }
}

import Bytes
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

    /// Where learners that train without those that teach them keep what they do.
    public var alone: RunDirectory { RunDirectory(path: "\(path)/alone") }

    public func learner(_ name: String) -> LearnerDirectory {
        LearnerDirectory(path: "\(path)/learners/\(name)")
    }

    public func relay(_ name: String) -> RelayDirectory {
        RelayDirectory(path: "\(path)/relays/\(name)")
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
        try directory.markLatest()
        return directory
    }

    /// Points `latest` beside it at it.
    public func markLatest() throws(DiskError) {
        let url = URL(fileURLWithPath: path)
        try Files.link(
            url.deletingLastPathComponent().path + "/latest", to: url.lastPathComponent)
    }

    /// The runs of an experiment, the newest first, with their identifiers.
    public static func all(in root: String, name: String) -> [(id: String, run: RunDirectory)] {
        let folder = "\(root)/\(name)"
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return entries.sorted(by: >).compactMap { entry in
            entry.wholeMatch(of: /[0-9]{8}-[0-9]{6}-([0-9a-z]+)/).map {
                (String($0.1), RunDirectory(path: "\(folder)/\(entry)"))
            }
        }
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
}

/// Where a relay keeps what it may have to tell again, for as long as it lives.
public struct RelayDirectory: Hashable, Sendable {
    public let path: String

    public init(path: String) {
        self.path = path
    }

    public var journal: String { "\(path)/journal" }
    private var life: String { "\(path)/life" }

    /// Creates the folder, if it is not there.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// Forgets what an earlier life has left, but for its number.
    ///
    /// - Parameter least: what the number is at least.
    /// - Returns: the number of the life that begins, from 1.
    public func beginLife(atLeast least: Int) throws(DiskError) -> Int {
        let last = (try? Files.read(life)).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        let number = max(least, (last ?? 0) + 1)
        try Files.replace(life, with: Data("\(number)".utf8))
        try Files.remove(journal)
        return number
    }
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
}

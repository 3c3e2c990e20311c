import Bytes
import Foundation

/// The folder of one run, which holds all its files: `runs/<name>/<time>-<id>/`.
public struct RunDirectory: Hashable, Sendable {
    /// The folder.
    public let path: String

    /// The folder of a run, which need not be there.
    public init(path: String) {
        self.path = path
    }

    /// The configuration as it was resolved.
    public var configuration: String { "\(path)/config.yaml" }
    /// What became of the run: see ``Summary``.
    public var summary: String { "\(path)/summary.json" }
    /// The page of the run's charts, as one file.
    public var report: String { "\(path)/report.html" }
    /// The convergence of all learners, merged.
    public var convergenceLog: String { "\(path)/convergence.log" }
    /// There where the run is a recording: its learners keep all that they publish, in each start.
    public var recording: String { "\(path)/recording" }
    /// Lines of the launcher for people.
    public var launcherLog: String { "\(path)/launcher.log" }

    /// The files of learners of an earlier stage, in a later stage in which they teach.
    public func stage(_ number: Int) -> RunDirectory {
        RunDirectory(path: "\(path)/stages/\(number)")
    }

    /// The files of learners that are trained alone, for comparison.
    public var alone: RunDirectory { RunDirectory(path: "\(path)/alone") }

    /// The folder of a learner.
    public func learner(_ name: String) -> LearnerDirectory {
        LearnerDirectory(path: "\(path)/learners/\(name)")
    }

    /// The folder of a relay.
    public func relay(_ name: String) -> RelayDirectory {
        RelayDirectory(path: "\(path)/relays/\(name)")
    }

    /// Makes `<root>/<name>/<time>-<id>`, and the learners' directories in it.
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
        return directory
    }

    /// Points the link `latest`, in the folder of the experiment, at this run. Where that fails, a
    /// link to an earlier run is removed, which would mislead.
    ///
    /// - Returns: what is to be said where there is no such link; nil where there is.
    public func markLatest() -> String? {
        let url = URL(fileURLWithPath: path)
        let link = url.deletingLastPathComponent().path + "/latest"
        do throws(DiskError) {
            try Files.link(link, to: url.lastPathComponent)
            return nil
        } catch {
            let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) != nil
            if isLink { try? FileManager.default.removeItem(atPath: link) }
            return "there is no link \(link) to this run (\(error.reason)): name \(path) itself"
        }
    }

    /// The learners that have folders, in order.
    package var learnerNames: [String] { Self.names(in: "\(path)/learners").sorted() }

    /// The later stages that have folders, ascending.
    package var stageNumbers: [Int] {
        Self.names(in: "\(path)/stages").compactMap { Int($0) }.sorted()
    }

    /// None where the folder is not there.
    private static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }

    /// When the learners' folders were made, which tells runs of one second apart.
    private var begun: Date {
        let attributes = try? FileManager.default.attributesOfItem(atPath: "\(path)/learners")
        return attributes?[.modificationDate] as? Date ?? .distantPast
    }

    /// The runs of an experiment, the newest first, with their identifiers.
    public static func all(in root: String, name: String) -> [(id: String, run: RunDirectory)] {
        let folder = "\(root)/\(name)"
        let runs = names(in: folder).compactMap { entry in
            entry.wholeMatch(of: /([0-9]{8}-[0-9]{6})-([0-9a-z]+)/).map {
                (
                    stamp: String($0.1), id: String($0.2),
                    run: RunDirectory(path: "\(folder)/\(entry)")
                )
            }
        }
        return runs.sorted {
            $0.stamp == $1.stamp ? $0.run.begun > $1.run.begun : $0.stamp > $1.stamp
        }.map { ($0.id, $0.run) }
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

extension RunDirectory {
    /// Creates the folder, if it is not there.
    ///
    /// - Throws: ``DiskError``.
    public func create() throws(DiskError) { try Files.createDirectory(path) }

    /// Whether the run is a recording.
    public var isRecording: Bool { FileManager.default.fileExists(atPath: recording) }

    /// Notes that the run is a recording from now on.
    ///
    /// - Throws: ``DiskError``.
    public func markRecording() throws(DiskError) { try Files.replace(recording, with: Data()) }

    /// Writes `config.yaml`, in place of one that is there.
    ///
    /// - Throws: ``DiskError``.
    public func write(configuration yaml: String) throws(DiskError) {
        try Files.replace(configuration, with: Data(yaml.utf8))
    }
}

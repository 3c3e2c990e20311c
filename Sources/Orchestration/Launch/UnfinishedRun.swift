import Bytes
import Experiment
import Foundation
import Options
import Reporting

/// A run that was begun before and is continued, with the lock that keeps other launchers from it.
package struct UnfinishedRun {
    /// Where the run keeps everything.
    package let directory: RunDirectory
    /// The run's identifier.
    package let id: String
    /// Held for as long as the run is continued.
    let lock: DirectoryLock
    /// Whether it goes on for longer than it was begun to.
    let isExtended: Bool

    init(_ candidate: (id: String, run: RunDirectory), isExtended: Bool = false) throws {
        (id, directory) = candidate
        lock = try DirectoryLock(candidate.run.path)
        self.isExtended = isExtended
    }

    /// For messages.
    var title: String { isExtended ? "extending" : "resuming" }

    /// Finds the run to continue, and locks it; nil where a new one is to be begun.
    ///
    /// - Parameters:
    ///   - provenance: what the numbers of the configuration follow from.
    ///   - assembler: of the configuration; nil where the data are on other hosts.
    /// - Throws: ``DiskError``: 66 where there must be one and is none, 74 where another launcher
    ///   runs it; ``SettingError`` naming what differs where the newest is of other settings or
    ///   data.
    package static func find(
        for configuration: ExperimentConfiguration, _ provenance: Provenance, _ options: RunOptions,
        _ assembler: Assembler? = nil
    ) throws -> UnfinishedRun? {
        let runs = RunDirectory.all(in: configuration.runs, name: configuration.name)
        guard !options.extends else {
            return try extended(runs, provenance, configuration, assembler)
        }
        switch options.resume {
        case .never: return nil
        case .auto: return newest(of: runs, like: provenance, options)
        case .allow, .must: break
        }
        guard let newest = runs.first, !newest.run.isFinished else {
            guard options.resume == .must else { return nil }
            throw DiskError(
                "read", "\(configuration.runs)/\(configuration.name)",
                "there is no unfinished run to resume, and --resume must asks for one",
                exitCode: .missingFile
            )
        }
        if let difference = newest.run.difference(from: provenance) {
            throw SettingError(
                "\(newest.run.path) was begun otherwise (\(difference)): resume it as it was begun,"
                    + " or begin a new run by --resume never")
        }
        return try UnfinishedRun(newest)
    }

    /// The newest of the same settings and data that no launcher runs. A recording is left as it
    /// is, as later runs name it for their teachers.
    private static func newest(
        of runs: [(id: String, run: RunDirectory)], like provenance: Provenance,
        _ options: RunOptions
    ) -> UnfinishedRun? {
        for candidate in runs where !candidate.run.isFinished && !candidate.run.isRecording {
            guard candidate.run.difference(from: provenance) == nil,
                let found = try? UnfinishedRun(candidate)
            else { continue }
            return found
        }
        if let newest = runs.first?.run, let difference = newest.difference(from: provenance) {
            let before = newest.provenanceIfReadable
            let names = before.map { provenance.differences(from: $0).map(\.name) }
            switch options.series {
            case nil: break
            case .seeds: if names == ["seed"] { return nil }
            case .settings: return nil
            }
            options.notice(
                "beginning a new run: the newest, \(newest.path), differs (\(difference))"
                    + (newest.isShorter(than: provenance)
                        ? "; --extend goes on with it for longer" : ""))
        }
        return nil
    }

    /// What is to be said where a new run is begun while one of its name goes on, on this host; nil
    /// where none does.
    package static func remark(beside configuration: ExperimentConfiguration) -> String? {
        let runs = RunDirectory.all(in: configuration.runs, name: configuration.name).map(\.run)
        for run in runs where !run.isFinished {
            guard let process = run.livingProcess else { continue }
            return "\(run.path) goes on (process \(process)): this begins another run beside it,"
                + " to which `latest` points from now on"
        }
        return nil
    }

    /// The newest finished run of the same settings and data, with all that is asked for; nil also
    /// where the data are not known here.
    package static func finished(
        for configuration: ExperimentConfiguration, _ provenance: Provenance
    ) -> (run: RunDirectory, summary: Summary)? {
        guard !provenance.contents.isEmpty else { return nil }
        let needed = configuration.comparesAlone ? configuration.comparedStudents : []
        for (_, run) in RunDirectory.all(in: configuration.runs, name: configuration.name)
        where run.isFinished && run.isOf(provenance) {
            guard let summary = try? Summary.read(from: run.summary),
                needed.allSatisfy({ summary.learners[$0]?.aloneTestAccuracy != nil })
            else { continue }
            return (run, summary)
        }
        return nil
    }
}

extension RunDirectory {
    /// Whether its summary says that it ended well.
    var isFinished: Bool {
        (try? Summary.read(from: summary))?.exitCode == .success
    }

    /// What the run's numbers follow from; nil where that cannot be read.
    var provenanceIfReadable: Provenance? {
        (try? Provenance.read(from: provenance)).flatMap(\.self)
    }

    /// Whether the run follows from the same settings and contents, and all of these are known.
    fileprivate func isOf(_ now: Provenance) -> Bool {
        guard let before = provenanceIfReadable else { return false }
        return now.differences(from: before).isEmpty
            && Set(now.contents.keys).isSubset(of: before.contents.keys)
    }

    /// What of a run differs from what the run was begun with, in words; nil where nothing does.
    func difference(from now: Provenance) -> String? {
        guard let before = provenanceIfReadable else {
            return "it holds no provenance.json that says what it is of"
        }
        let differences = now.differences(from: before)
        return differences.isEmpty ? nil : differences.listed
    }

    /// Writes down what a run follows from, and then its configuration: a run that has one can be
    /// resumed. What is not known here stays as it was.
    func begin(_ configuration: ExperimentConfiguration, _ now: Provenance) throws {
        try now.keeping(contentsOf: provenanceIfReadable).write(to: provenance)
        try write(configuration: configuration.resolvedYAML())
    }
}

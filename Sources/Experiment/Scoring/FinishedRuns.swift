import Bytes
import Foundation
import Options
import Reporting

/// Run directories that are to be compared: those that ended well, each once.
public struct FinishedRuns: Sendable {
    /// The runs, in the order in which they were named.
    public private(set) var entries: [RunGroups.Entry] = []
    /// What was left out and why, for people.
    public private(set) var remarks: [String] = []
    /// What is known of the contents of each run's files.
    private var contents: [[String: String]] = []

    /// Reads them.
    ///
    /// - Parameter paths: of runs, as ``RunReference`` takes them.
    /// - Throws: ``DiskError`` (66) where none of them ended well; ``SettingError`` (78) where they
    ///   are of several experiments.
    public init(_ paths: [String]) throws {
        var names: [RunDirectory: String] = [:]
        for path in paths {
            do {
                let run = try RunReference(path).run
                if let first = names[run] {
                    remarks.append("\(path) is the same run as \(first), and counts once")
                } else {
                    names[run] = path
                    try add(path, at: run)
                }
            } catch let error as DiskError where error.path == path {
                remarks.append("\(path) is left out: \(error.reason)")
            } catch {
                remarks.append("\(path) is left out: \(error)")
            }
        }
        guard let first = entries.first?.summary else { throw Self.nothingEnded(remarks) }
        if let other = entries.first(where: { $0.summary.name != first.name })?.summary {
            throw SettingError(
                "these are runs of '\(first.name)' and of '\(other.name)', and only runs of one name are"
                    + " compared: run both under one name (leave `name=` out), as runs of one name"
                    + " lie side by side")
        }
        addContents()
        dropRepetitions()
    }

    private mutating func add(_ path: String, at run: RunDirectory) throws {
        guard FileManager.default.fileExists(atPath: run.summary) else {
            remarks.append("\(path) is left out: it has not ended")
            return
        }
        let summary = try Summary.read(from: run.summary)
        guard summary.exitCode == .success else {
            remarks.append("\(path) is left out: it did not end well, or goes on")
            return
        }
        let provenance =
            try Provenance.read(from: run.provenance)
            ?? Provenance(
                of: .load(run.configuration, registries: .all), contents: [:])
        entries.append(RunGroups.Entry(run, summary, settings: provenance.settings))
        contents.append(provenance.contents)
    }

    /// - Parameter remarks: why each of them was left out.
    private static func nothingEnded(_ remarks: [String]) -> DiskError {
        let reasons = remarks.map { "\n  \($0)" }.joined()
        return DiskError(
            "compare", "runs",
            "none of those that were named ended well:\(reasons)\nname runs of one experiment that"
                + " did, such as runs/digits/2*; `cohort run CONFIG` goes on with one that was"
                + " stopped", exitCode: .missingFile)
    }

    /// Lets runs of other data count as of other settings. Contents that are not known of every run
    /// count for none.
    private mutating func addContents() {
        let known = contents.dropFirst().reduce(Set(contents[0].keys)) { $0.intersection($1.keys) }
        for name in known.sorted() {
            guard !name.hasSuffix(": weights") else {
                remarkOnWeights(name)
                continue
            }
            for index in entries.indices {
                let value = contents[index][name]
                entries[index].settings[name] =
                    value.map { $0.utf8.count == 64 ? String($0.prefix(8)) : $0 }
            }
        }
    }

    /// Weights that a run was given may follow from its seed, as those of a teacher that was
    /// trained with it: runs that differ in nothing else are averaged, and that is said.
    private mutating func remarkOnWeights(_ name: String) {
        guard Set(contents.map { $0[name] }).count > 1 else { return }
        remarks.append("the runs were given different weights (\(name)), and count as alike")
    }

    /// A run that repeats another to the bit says nothing of the spread.
    private mutating func dropRepetitions() {
        var kept: [RunGroups.Entry] = []
        for entry in entries {
            if let first = kept.first(where: { $0.isRepeated(by: entry) }) {
                remarks.append(
                    "run \(entry.summary.run) repeats run \(first.summary.run) to the bit, and"
                        + " counts once")
            } else {
                kept.append(entry)
            }
        }
        entries = kept
    }
}

extension RunGroups.Entry {
    /// Whether another run came to the same with the same settings and seed.
    fileprivate func isRepeated(by other: Self) -> Bool {
        settings == other.settings && summary.seed == other.summary.seed
            && summary.learners == other.summary.learners
    }
}

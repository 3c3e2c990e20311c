import Bytes
import Foundation
import Options
import Reporting

/// What a search was asked for, by which the same search is known again.
package protocol ResumablePlan: Codable, Hashable, Sendable {
    /// What differs from a plan that was begun before, for people.
    func differences(from other: Self) -> [String]
}

/// Where a search keeps its files: its plan, a line for each trial that ended, the runs of the
/// trials, and the best graph's configuration.
package struct SearchDirectory: Sendable {
    /// The folder.
    package let path: String
    private let lock: DirectoryLock

    /// The finished trials.
    package var trials: String { "\(path)/trials.jsonl" }
    /// The configuration of the best graph.
    package var best: String { "\(path)/best.yaml" }
    /// The folder of the trials' runs.
    package var runs: String { "\(path)/runs" }
    private static let plan = "search.json"

    /// Opens a search's folder, or makes one.
    ///
    /// - Throws: ``DiskError`` (74) where another search uses it, ``SettingError`` where one of
    ///   another plan was begun there.
    package init<Plan: ResumablePlan>(_ path: String, _ plan: Plan) throws {
        self.path = path
        try Files.createDirectory(path)
        lock = try DirectoryLock(path)
        let file = "\(path)/\(Self.plan)"
        if FileManager.default.fileExists(atPath: file) {
            let before: Plan
            do {
                before = try JSONDecoder().decode(Plan.self, from: Files.read(file))
            } catch let error as DecodingError {
                throw DiskError(
                    "read", file, "it is no plan of a search: \(error)", exitCode: .corruptData)
            }
            let differences = plan.differences(from: before).joined(separator: ", ")
            if !differences.isEmpty {
                throw SettingError(
                    "\(path) holds a search that was begun otherwise (\(differences)): go on with it as"
                        + " it was begun, or name another folder by --directory")
            }
        } else {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try Files.replace(file, with: encoder.encode(plan) + Data("\n".utf8))
        }
    }

    /// The trials that ended before. A line that is torn, as a crash leaves it, is of none.
    package func finished() throws(DiskError) -> [SearchTrial] {
        guard FileManager.default.fileExists(atPath: trials) else { return [] }
        return try Files.read(trials).split(separator: UInt8(ascii: "\n")).compactMap {
            try? JSONDecoder().decode(SearchTrial.self, from: Data($0))
        }
    }

    /// Adds a trial that ended.
    package func add(_ trial: SearchTrial) throws(DiskError) {
        try LineOutput(appendingTo: trials).write([trial.line])
    }
}

import Bytes
import Exchange
import Foundation
import Reporting

/// What a learner taught in an earlier run, to stand in its place in this one.
public struct RecordedSource {
    /// What the learner published, step by step.
    public let journal: JournalReader

    /// Finds and verifies its journal.
    ///
    /// - Parameters:
    ///   - path: a journal, or a run directory in which the learner was recorded.
    ///   - name: of the learner.
    ///   - stage: of this run; what was recorded in the same stage is preferred.
    /// - Throws: ``DiskError`` (66) where there is none in which anything was published;
    ///   ``ExchangeFailure`` (65) for a damaged one.
    public init(_ path: String, of name: String, stage: Int) throws {
        let places = Self.places(in: path, of: name, stage: stage)
            .filter { FileManager.default.fileExists(atPath: $0) }
        for place in places {
            let journal = try JournalReader(directory: place)
            guard journal.lastStep == nil else {
                self.journal = journal
                return
            }
        }
        throw DiskError(
            "read", path,
            "learner '\(name)' names it as its source, and no knowledge of '\(name)' was recorded"
                + " there; record it by `cohort record`", exitCode: .missingFile)
    }

    /// The SHA-256 of all that is recorded, in hexadecimal.
    ///
    /// - Throws: ``DiskError`` where it cannot be read.
    func contentsDigest() throws -> String {
        var hash = SHA256()
        for segment in journal.segments {
            guard let bytes = FileManager.default.contents(atPath: segment.path) else {
                throw DiskError(
                    "read", segment.path, "the file cannot be read", exitCode: .missingFile)
            }
            hash.update([UInt8](bytes)[...])
        }
        return hash.finalized().hexadecimal
    }

    private static func places(in path: String, of name: String, stage: Int) -> [String] {
        let run = RunDirectory(path: path)
        let others = run.stageNumbers.map(run.stage)
        let places = [run.stage(stage), run] + others
        let isJournal = !FileManager.default.fileExists(atPath: "\(path)/learners")
        return places.map { $0.learner(name).journal } + (isJournal ? [path] : [])
    }
}

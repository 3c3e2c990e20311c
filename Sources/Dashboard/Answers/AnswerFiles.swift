import Foundation
import Reporting

/// The answers files that the learners of a cohort have, and when each was written.
struct AnswerFiles: Hashable, Sendable {
    /// The file of a learner, as far as another one differs from it.
    private struct Stamp: Hashable, Sendable {
        var learner: String
        var written: Date?
        var size: UInt64?
    }

    private let stamps: [Stamp]

    /// No files.
    init() { stamps = [] }

    /// Looks which files are there.
    init(of run: RunDirectory) {
        stamps = run.learnerNames.compactMap { learner in
            let path = run.learner(learner).answers
            guard let file = try? FileManager.default.attributesOfItem(atPath: path) else {
                return nil
            }
            return Stamp(
                learner: learner, written: file[.modificationDate] as? Date,
                size: (file[.size] as? NSNumber)?.uint64Value)
        }
    }

    /// Whether there is none.
    var isEmpty: Bool { stamps.isEmpty }
}

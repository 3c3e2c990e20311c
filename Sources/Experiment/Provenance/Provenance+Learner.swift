import Foundation
import Options
import Reporting

extension Provenance {
    /// Makes sure that a learner goes on with what follows from the same settings and data.
    ///
    /// - Parameters:
    ///   - directory: where an earlier start of the learner may have left something.
    ///   - isExtending: whether it may train for longer than it was begun to.
    /// - Throws: ``SettingError`` (78) naming what differs.
    func require(of directory: LearnerDirectory, extending isExtending: Bool) throws {
        guard directory.isBegun else { return }
        guard let old = try Provenance.read(from: directory.provenance) else {
            throw SettingError(
                "\(directory.path) holds what an earlier start left, and no provenance.json that"
                    + " says of which settings and data it is: take another directory")
        }
        let differences = differences(from: old)
        guard !differences.isEmpty, !(isExtending && isLonger(than: old)) else { return }
        throw SettingError(
            "\(directory.path) was begun with other settings or data (\(differences.listed)):"
                + " resume with those that it was begun with, or take another directory"
                + (isLonger(than: old) ? ", or go on for longer by --extend" : ""))
    }
}

extension LearnerDirectory {
    /// Whether an earlier start left a checkpoint or a journal.
    fileprivate var isBegun: Bool {
        let journal = (try? FileManager.default.contentsOfDirectory(atPath: journal)) ?? []
        return !journal.isEmpty || !committedCheckpoints.isEmpty
    }
}

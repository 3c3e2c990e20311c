import Exchange
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
        let old = try Provenance.read(from: directory.provenance)
        let differences = old.map { self.differences(from: $0) }
        // What was refused before its first step left nothing.
        guard differences?.isEmpty != true, try directory.isBegun else { return }
        guard let old, let differences else {
            throw SettingError(
                "\(directory.path) holds what an earlier start left, and no provenance.json that"
                    + " says of which settings and data it is: take another directory")
        }
        guard !(isExtending && isLonger(than: old)) else { return }
        throw SettingError(
            "\(directory.path) was begun with other settings or data (\(differences.listed)):"
                + " resume with those that it was begun with, or take another directory"
                + (isLonger(than: old) ? ", or go on for longer by --extend" : ""))
    }
}

extension LearnerDirectory {
    /// Whether an earlier start left a checkpoint or a record in its journal.
    fileprivate var isBegun: Bool {
        get throws { try !committedCheckpoints.isEmpty || JournalWriter.holdsRecords(in: journal) }
    }
}

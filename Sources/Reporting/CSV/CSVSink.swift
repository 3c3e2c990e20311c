import Bytes
import Foundation

/// The numbers of a learner as tables for spreadsheets and data frames: `intervals.csv` and
/// `epochs.csv`.
struct CSVSink: Sink {
    let isDispensable = false
    private let folder: LearnerDirectory
    private var intervals: CSVTable
    private var epochs: CSVTable

    /// Goes on with the files of a learner.
    ///
    /// - Throws: ``DiskError``.
    init(in folder: LearnerDirectory) throws(DiskError) {
        self.folder = folder
        intervals = try CSVTable(path: folder.intervals)
        epochs = try CSVTable(path: folder.epochs)
    }

    mutating func write(_ record: Record) throws(DiskError) {
        if case .start(let report) = record.body {
            let last = try intervals.remove(after: report.step)
            try epochs.remove(after: report.step)
            // What is left of an interval that ended later, as the records have it by now.
            if intervals.isBegun, (last ?? 0) < report.step {
                for record in try folder.records(at: report.step) where record.isOfInterval {
                    if let part = RecordNumbers(record) { try intervals.append(part) }
                }
            }
        }
        guard let numbers = RecordNumbers(record) else { return }
        if case .interval = record.body {
            try intervals.append(numbers)
        } else {
            try epochs.append(numbers)
        }
    }
}

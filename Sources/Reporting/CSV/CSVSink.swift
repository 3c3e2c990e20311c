import Bytes

/// The numbers of a learner as tables for spreadsheets and data frames: `intervals.csv` and
/// `epochs.csv`.
struct CSVSink: Sink {
    let isDispensable = false
    private var intervals: CSVTable
    private var epochs: CSVTable

    /// Goes on with the files of a learner.
    ///
    /// - Throws: ``DiskError``.
    init(in folder: LearnerDirectory) throws(DiskError) {
        intervals = try CSVTable(path: folder.intervals)
        epochs = try CSVTable(path: folder.epochs)
    }

    mutating func write(_ record: Record) throws(DiskError) {
        if case .start(let report) = record.body {
            try intervals.remove(after: report.step)
            try epochs.remove(after: report.step)
        }
        guard let numbers = RecordNumbers(record) else { return }
        if case .interval = record.body {
            try intervals.append(numbers)
        } else {
            try epochs.append(numbers)
        }
    }
}

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
            if let last, last < report.step, let part = try shortened(to: report.step) {
                try intervals.append(part)
            }
        }
        guard let numbers = RecordNumbers(record) else { return }
        if case .interval = record.body {
            try intervals.append(numbers)
        } else {
            try epochs.append(numbers)
        }
    }

    /// The part that is left of an interval in which the learner goes on, as ``MetricsSink`` has
    /// stored it before.
    private func shortened(to step: Int) throws(DiskError) -> RecordNumbers? {
        guard FileManager.default.fileExists(atPath: folder.metrics) else { return nil }
        let stored = try JSONLines.read(path: folder.metrics).records.last { record in
            if case .interval(let report) = record.body { report.step == step } else { false }
        }
        return stored.flatMap { RecordNumbers($0) }
    }
}

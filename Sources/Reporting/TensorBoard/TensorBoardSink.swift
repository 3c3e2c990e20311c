import Bytes
import Foundation

/// A learner's numbers as TensorBoard's events, in the learner's folder: TensorBoard takes each
/// folder for a run, and so draws all learners on one chart.
///
/// The tag of a number is its name in `metrics.jsonl` with `/` in place of dots, as
/// `divergence/b`. A number of the record itself has the record's kind before it, as
/// `interval/task_loss`. Illustrations are histograms and images by their own names.
struct TensorBoardSink: Sink {
    let isDispensable = false
    private let file: EventFile
    private let folder: LearnerDirectory
    private let parameters: HyperParameters

    /// Begins a file.
    ///
    /// - Throws: ``DiskError``.
    init(at place: SinkPlace) throws(DiskError) {
        folder = place.run.learner(place.learner)
        file = try EventFile(in: folder.path)
        parameters = HyperParameters(
            of: place.learner, among: place.learners, settings: place.settings)
        try file.append(TensorBoardEvent.fileVersion(at: Date()))
    }

    mutating func write(_ record: Record) throws(DiskError) {
        switch record.body {
        case .start(let report): try begin(at: record.time, after: report.step)
        case .end(let report):
            let isSuccess = report.exitCode == .success
            try file.append(
                parameters.end(at: record.time, step: report.step, isSuccess: isSuccess))
        case .interval, .epoch, .notice: try draw(record)
        }
    }

    private func draw(_ record: Record) throws(DiskError) {
        guard let numbers = RecordNumbers(record) else { return }
        let scalars = numbers.numbers.map { (Self.tag($0.path, numbers.kind), $0.value) }
        try file.append(TensorBoardEvent.scalars(at: numbers.time, step: numbers.step, scalars))
    }

    mutating func draw(_ illustrations: [Illustration], after step: Int) throws(DiskError) {
        try file.append(TensorBoardEvent.illustrations(at: Date(), step: step, illustrations))
    }

    /// Takes back all from the step on at which the learner goes on, and repeats what the records
    /// hold of it: an interval that was divided there has other numbers than before.
    private func begin(at time: Date, after step: Int) throws(DiskError) {
        try file.append(TensorBoardEvent.start(at: time, firstStep: step))
        for event in parameters.start(at: time, step: step) { try file.append(event) }
        try file.append(ChartLayout.event(at: time, step: step))
        for record in try folder.records(at: step) { try draw(record) }
    }

    private static func tag(_ path: [String], _ kind: String) -> String {
        (path.count == 1 ? [kind] + path : path).joined(separator: "/")
    }
}

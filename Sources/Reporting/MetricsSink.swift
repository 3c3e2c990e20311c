import Bytes

/// `metrics.jsonl`: every record, in which each step stands once, also after a start from a
/// checkpoint.
struct MetricsSink: Sink {
    let isDispensable = false
    private let path: String
    private var output: LineOutput

    /// Appends to the file of a learner.
    ///
    /// - Throws: ``DiskError``.
    init(to path: String) throws(DiskError) {
        self.path = path
        output = try LineOutput(appendingTo: path)
    }

    mutating func write(_ record: Record) throws(DiskError) {
        if case .start(let report) = record.body {
            try RepeatedSteps.remove(after: report.step, from: path) { line in
                // A line that a crash tore is no record, and goes with the steps that it was of.
                guard let record = JSONLines.record(line) else { return .max }
                return RecordNumbers.step(of: record)
            }
            output = try LineOutput(appendingTo: path)
        }
        try output.write([JSONLines.line(record)])
    }
}

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
            } shortened: {
                Self.shortened($0, to: report.step)
            }
            output = try LineOutput(appendingTo: path)
        }
        try output.write([JSONLines.line(record)])
    }

    /// An interval's line up to a step: what it reports of the steps before is not reported again.
    private static func shortened(_ line: String, to step: Int) -> String? {
        guard var record = JSONLines.record(line), case .interval(let report) = record.body,
            let part = report.shortened(to: step)
        else { return nil }
        record.body = .interval(part)
        return JSONLines.line(record)
    }
}

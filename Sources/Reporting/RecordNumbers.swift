import Bytes
import Foundation

/// The numbers of a record of an interval or an epoch, by the names that they have in its JSON
/// form.
struct RecordNumbers {
    /// `interval` or `epoch`.
    let kind: String
    /// When it was reported.
    let time: Date
    /// The last step that it covers.
    let step: Int
    /// Every number but the step, and those of tables, which are no points of a curve: those of the
    /// record itself first, each group by name.
    let numbers: [(path: [String], value: Double)]

    /// Nil for records of other kinds, which are no points of a curve.
    init?(_ record: Record) {
        guard let step = Self.step(of: record) else { return nil }
        let report: any Encodable
        switch record.body {
        case .interval(let interval): (kind, report) = ("interval", interval)
        case .epoch(let epoch): (kind, report) = ("epoch", epoch.withoutTables)
        case .start, .end, .notice: return nil
        }
        (time, self.step) = (record.time, step)
        numbers = JSONLines.value(of: report).numbers
            .filter { $0.path != ["step"] }
            .sorted { ($0.path.count, $0.path.joined()) < ($1.path.count, $1.path.joined()) }
    }

    /// The step of a record that is a point of a curve; nil for others.
    static func step(of record: Record) -> Int? {
        switch record.body {
        case .interval(let report): report.step
        case .epoch(let report): report.step
        case .start, .end, .notice: nil
        }
    }
}

extension Record {
    /// Whether it is of an interval.
    var isOfInterval: Bool { if case .interval = body { true } else { false } }
}

extension LearnerDirectory {
    /// The records of intervals and epochs that end at a step, in their order; none where there is
    /// no file of records yet.
    ///
    /// - Throws: ``DiskError``.
    func records(at step: Int) throws(DiskError) -> [Record] {
        guard FileManager.default.fileExists(atPath: metrics) else { return [] }
        return try JSONLines.read(path: metrics).records.filter {
            RecordNumbers.step(of: $0) == step
        }
    }
}

extension EpochReport {
    /// Without the bins of confidence and the confusion matrix.
    fileprivate var withoutTables: EpochReport {
        var report = self
        report.scores?.calibration = []
        report.scores?.confusion = nil
        return report
    }
}

extension JSONValue {
    /// The numbers within, by the keys that lead to each; items of a list by their index.
    fileprivate var numbers: [(path: [String], value: Double)] {
        switch self {
        case .integer(let number): [([], Double(number))]
        case .number(let number): [([], number)]
        case .string(let text): NonFinite.number(text).map { [([], $0)] } ?? []
        case .array(let items):
            zip(items.indices, items).flatMap { $1.numbers(below: "\($0)") }
        case .object(let members): members.flatMap { $1.numbers(below: $0) }
        case .null, .bool: []
        }
    }

    private func numbers(below key: String) -> [(path: [String], value: Double)] {
        numbers.map { ([key] + $0.path, $0.value) }
    }
}

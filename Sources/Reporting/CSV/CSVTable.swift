import Bytes
import Foundation

/// A file of comma-separated values with a row for each record of a kind, in which each step stands
/// once.
///
/// The first columns are `ts`, `step` and `epoch`. A number that no row had before has a new column
/// behind the others; the rows above are empty there. Numbers that are not finite are `nan`, `inf`
/// and `-inf`.
struct CSVTable: Sendable {
    private static let first = ["ts", "step", "epoch"]

    private let path: String
    /// Empty until the first row.
    private var columns: [String]
    private var known: Set<String>
    private var output: LineOutput?

    /// Goes on with the file, if it is there.
    ///
    /// - Throws: ``DiskError``.
    init(path: String) throws(DiskError) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            (columns, known) = ([], [])
            return
        }
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        let header = text.firstRange(of: CSVFields.lineEnd).map { text[..<$0.lowerBound] }
        columns = header.map { CSVFields.fields(of: String($0)) } ?? []
        known = Set(columns)
    }

    /// Whether it ever had a row.
    var isBegun: Bool { !columns.isEmpty }

    /// Removes the rows of steps after this one, which are written again.
    ///
    /// - Returns: the step of the last row that is left; nil where none is.
    /// - Throws: ``DiskError``.
    @discardableResult
    mutating func remove(after step: Int) throws(DiskError) -> Int? {
        output = nil
        return try RepeatedSteps.remove(
            after: step, from: path, lineEnd: CSVFields.lineEnd
        ) { line in
            // Only names of columns are quoted, and the header has no number there.
            line.split(separator: ",", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
        }
    }

    /// Adds a row.
    ///
    /// - Throws: ``DiskError``.
    mutating func append(_ record: RecordNumbers) throws(DiskError) {
        var cells = [
            "ts": Self.text(record.time.timeIntervalSince1970), "step": "\(record.step)",
        ]
        for (path, value) in record.numbers { cells[Self.name(path)] = Self.text(value) }
        let names =
            Self.first
            + record.numbers.map { Self.name($0.path) }.filter { !Self.first.contains($0) }
        try widen(by: names.filter { cells[$0] != nil })
        let row = CSVFields.line(columns.map { cells[$0] ?? "" })
        try opened().write(text: row + CSVFields.lineEnd)
    }

    private mutating func opened() throws(DiskError) -> LineOutput {
        if let output { return output }
        let output = try LineOutput(appendingTo: path)
        self.output = output
        return output
    }

    /// Adds the columns that are not there yet; the rows before have no value in them.
    private mutating func widen(by names: [String]) throws(DiskError) {
        let new = names.filter { known.insert($0).inserted }
        guard !new.isEmpty else { return }
        let wider = columns + new
        let empty = String(repeating: ",", count: new.count)
        var rows: [String] = []
        if !columns.isEmpty {
            rows = String(decoding: try Files.read(path), as: UTF8.self)
                .components(separatedBy: CSVFields.lineEnd).dropFirst().dropLast().map {
                    $0 + empty
                }
        }
        let lines = [CSVFields.line(wider)] + rows
        try Files.replace(path, with: Data(lines.map { $0 + CSVFields.lineEnd }.joined().utf8))
        columns = wider
        output = nil
    }

    /// `terms.dml<b,c.value`.
    private static func name(_ path: [String]) -> String { path.joined(separator: ".") }

    private static func text(_ value: Double) -> String {
        Int(exactly: value).map { "\($0)" } ?? "\(value)"
    }
}

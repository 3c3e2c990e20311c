import Bytes
import Foundation

/// Records as JSON Lines: UTF-8, one object a line.
public enum JSONLines {
    /// One record as a line without its end; non-finite numbers are `null`, explained by
    /// `nonfinite`.
    public static func line(_ record: Record) -> String {
        let plain = encode(record)
        guard NonFinite.mayOccur(in: plain),
            let value = try? JSONDecoder().decode(JSONValue.self, from: plain)
        else { return String(decoding: plain, as: UTF8.self) }
        return String(decoding: encode(NonFinite.hide(in: value)), as: UTF8.self)
    }

    /// The record of one line, or nil where the line is torn or is no record.
    public static func record(_ line: some StringProtocol) -> Record? {
        let bytes = Data(line.utf8)
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = NonFinite.decoding
        guard line.contains(#""nonfinite":"#) else {
            return try? decoder.decode(Record.self, from: bytes)
        }
        guard let value = try? decoder.decode(JSONValue.self, from: bytes) else { return nil }
        return try? decoder.decode(Record.self, from: encode(NonFinite.restore(in: value)))
    }

    /// The records of a file. A last line without its end, which a crash left, is not read.
    ///
    /// - Returns: the records, and the numbers (from 1) of complete lines that hold none.
    /// - Throws: ``DiskError`` where the file cannot be read.
    public static func read(
        path: String
    ) throws(DiskError) -> (records: [Record], unreadable: [Int]) {
        var records: [Record] = []
        var unreadable: [Int] = []
        let complete = try Files.read(path).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).dropLast()
        for (index, line) in complete.enumerated() {
            if let record = record(String(decoding: line, as: UTF8.self)) {
                records.append(record)
            } else {
                unreadable.append(index + 1)
            }
        }
        return (records, unreadable)
    }

    /// A report as a value; a number that is not finite is a text that ``NonFinite`` reads.
    static func value(of report: some Encodable) -> JSONValue {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: encode(report)) else {
            preconditionFailure("a report always has a JSON form")
        }
        return value
    }

    private static func encode(_ value: some Encodable) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = NonFinite.encoding
        guard let data = try? encoder.encode(value) else {
            preconditionFailure("a record always has a JSON form")
        }
        return data
    }
}

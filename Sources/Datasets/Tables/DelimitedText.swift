/// A record of delimited text: a row of a table.
package struct TextRecord: Equatable, Sendable {
    /// The line of the file on which it begins, counted from 1.
    package let line: Int
    /// Its fields, without their quotes.
    package let fields: [String]
}

/// Reads delimited text in UTF-8 (RFC 4180).
///
/// A field may stand in quotes: then it may hold delimiters and ends of lines, and a doubled quote
/// stands for one. Quotes inside a field without them are ordinary characters. Lines end in LF,
/// CRLF or CR; empty lines are skipped, and so is a byte order mark.
package struct DelimitedText {
    private let bytes: [UInt8]
    private let delimiter: UInt8
    private var next = 0
    private var line = 1
    private var mistakes = Mistakes()

    private static let (lf, cr, quote) = (UInt8(0x0A), UInt8(0x0D), UInt8(ascii: "\""))

    /// The records of a file.
    ///
    /// - Parameter path: where the bytes came from, for messages.
    /// - Throws: ``DatasetError`` (65) that names the lines of all mistakes.
    package static func records(
        _ bytes: [UInt8], delimiter: UInt8, path: String
    ) throws(DatasetError) -> [TextRecord] {
        var text = DelimitedText(bytes: bytes, delimiter: delimiter)
        text.next = try TextLines.text(bytes, path: path).startIndex
        var records: [TextRecord] = []
        while text.next < bytes.count {
            if let record = text.record() { records.append(record) }
        }
        try text.mistakes.check(path)
        return records
    }

    private init(bytes: [UInt8], delimiter: UInt8) {
        self.bytes = bytes
        self.delimiter = delimiter
    }

    /// The record that begins here; nil for an empty line.
    private mutating func record() -> TextRecord? {
        let start = line
        guard !skipEndOfLine() else { return nil }
        var fields: [String] = []
        while true {
            fields.append(field())
            if next < bytes.count, bytes[next] == delimiter {
                next += 1
                continue
            }
            _ = skipEndOfLine()
            return TextRecord(line: start, fields: fields)
        }
    }

    private mutating func field() -> String {
        if next < bytes.count, bytes[next] == Self.quote { return quotedField() }
        let start = next
        while next < bytes.count, !isEndOfField(bytes[next]) { next += 1 }
        return text(bytes[start..<next], from: line)
    }

    private mutating func quotedField() -> String {
        let start = line
        var contents: [UInt8] = []
        next += 1
        while next < bytes.count {
            if bytes[next] == Self.quote {
                next += 1
                guard next < bytes.count, bytes[next] == Self.quote else {
                    skipAfterQuote(from: start)
                    return text(contents[...], from: start)
                }
            }
            if bytes[next] == Self.lf { line += 1 }
            contents.append(bytes[next])
            next += 1
        }
        mistakes.add("line \(start): a quoted field is not closed; is the file cut short?")
        return text(contents[...], from: start)
    }

    /// Skips what stands between a closing quote and the end of the field, which is a mistake.
    private mutating func skipAfterQuote(from start: Int) {
        guard next < bytes.count, !isEndOfField(bytes[next]) else { return }
        mistakes.add(
            "line \(start): characters follow a closing quote; double the quotes inside the field")
        while next < bytes.count, !isEndOfField(bytes[next]) { next += 1 }
    }

    private func isEndOfField(_ byte: UInt8) -> Bool {
        byte == delimiter || byte == Self.lf || byte == Self.cr
    }

    /// Whether a line ended here.
    private mutating func skipEndOfLine() -> Bool {
        guard next < bytes.count, bytes[next] == Self.lf || bytes[next] == Self.cr else {
            return false
        }
        let isPair =
            bytes[next] == Self.cr && next + 1 < bytes.count && bytes[next + 1] == Self.lf
        next += isPair ? 2 : 1
        line += 1
        return true
    }

    private mutating func text(_ bytes: ArraySlice<UInt8>, from line: Int) -> String {
        if bytes.contains(0) {
            mistakes.add("line \(line): holds a zero byte; is this a text file?")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            mistakes.add("line \(line): is not UTF-8; convert the file, for example by iconv")
            return ""
        }
        return text
    }
}

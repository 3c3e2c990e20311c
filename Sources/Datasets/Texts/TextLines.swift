/// A line of a text file.
struct TextLine: Equatable, Sendable {
    /// Counted from 1.
    let number: Int
    /// Without its end.
    let text: String
}

/// Reading text files in UTF-8 by their lines.
enum TextLines {
    /// The lines of a file, plain or gzipped. A byte order mark is skipped.
    ///
    /// - Parameter keepsEmpty: whether empty lines count; the end of the last line never makes one.
    /// - Throws: ``DatasetError`` where it is missing (66), or names the lines that are no text
    ///   (65).
    static func read(_ path: String, keepsEmpty: Bool = false) throws(DatasetError) -> [TextLine] {
        try lines(of: try DataFile.read(path), path: path, keepsEmpty: keepsEmpty)
    }

    /// The lines of a file's bytes.
    static func lines(
        of bytes: [UInt8], path: String, keepsEmpty: Bool = false
    ) throws(DatasetError) -> [TextLine] {
        let whole = try text(bytes, path: path)
        let bytes = whole.last == 0x0A ? whole.dropLast() : whole
        var mistakes = Mistakes()
        var lines: [TextLine] = []
        for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.last == 0x0D ? line.dropLast() : line
            guard keepsEmpty || !line.isEmpty else { continue }
            if let problem = problem(of: line) {
                mistakes.add("line \(index + 1): \(problem)")
            } else {
                lines.append(
                    TextLine(number: index + 1, text: String(decoding: line, as: UTF8.self)))
            }
        }
        try mistakes.check(path)
        return lines
    }

    /// The whole text of a file.
    ///
    /// - Throws: ``DatasetError`` where it is missing (66), or names what is no text (65).
    static func whole(_ path: String) throws(DatasetError) -> String {
        let bytes = try text(try DataFile.read(path), path: path)
        if let problem = problem(of: bytes) {
            throw DatasetError(.corrupt, "\(path): \(problem)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The bytes behind a byte order mark.
    ///
    /// - Throws: ``DatasetError`` (65) for text in UTF-16.
    static func text(
        _ bytes: [UInt8], path: String
    ) throws(DatasetError) -> ArraySlice<UInt8> {
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw DatasetError(.corrupt, "\(path): is text in UTF-16; save it as UTF-8")
        }
        return bytes.dropFirst(bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0)
    }

    /// Why bytes are no text; nil where they are.
    private static func problem(of bytes: ArraySlice<UInt8>) -> String? {
        if bytes.contains(0) { return "holds a zero byte; is this a text file?" }
        return String(validating: bytes, as: UTF8.self) == nil
            ? "is not UTF-8; convert the file, for example by iconv" : nil
    }
}

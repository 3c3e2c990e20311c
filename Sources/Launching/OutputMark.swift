import Bytes

/// What separates the output of a script on another host from whatever the login shell there prints
/// before and after it: greetings, colours, bytes that are no text, without the end of a line.
///
/// Both marks are random, and stand in the script in two pieces: a shell that echoes its commands
/// does not print one by that.
struct OutputMark: Hashable, Sendable {
    private let number: String

    /// A mark that no output has by chance.
    init() { number = String(UInt64.random(in: 0 ... .max), radix: 16) }

    private static let begin = "cohort-begins"
    private static let end = "cohort-ended"

    /// The line before the output.
    var first: String { "\(Self.begin):\(number)" }
    /// The line after the output.
    var last: String { "\(Self.end):\(number)" }

    /// A script that prints the marks around what `script` prints, on both streams, and ends with
    /// its code.
    func around(_ script: String) -> String {
        "\(both(Self.begin)); (\(script)); c=$?; \(both(Self.end)); exit $c"
    }

    private func both(_ word: String) -> String {
        let print = "printf '\\n%s:%s\\n' \(word) \(number)"
        return "\(print); \(print) >&2"
    }

    /// The bytes between the marks; nil where the first is missing, and all after it where the last
    /// is.
    func output(in bytes: [UInt8]) -> [UInt8]? {
        range(in: bytes).map { Array(bytes[$0]) }
    }

    /// The place of the bytes between the marks; nil where the first is missing. It ends with
    /// `bytes` where the last is.
    func range(in bytes: [UInt8]) -> Range<Int>? {
        guard let start = bytes.range(of: Array("\n\(first)\n".utf8), from: 0)?.upperBound else {
            return nil
        }
        return start..<(end(in: bytes, from: start) ?? bytes.count)
    }

    /// Where the last mark stands; nil where it is missing.
    func end(in bytes: [UInt8], from start: Int = 0) -> Int? {
        bytes.range(of: Array("\n\(last)\n".utf8), from: start)?.lowerBound
    }
}

extension [UInt8] {
    /// The first place of `pattern` from an index on.
    fileprivate func range(of pattern: [UInt8], from start: Int) -> Range<Int>? {
        guard let first = pattern.first else { return nil }
        var index = start
        while let next = self[index...].firstIndex(of: first), next + pattern.count <= count {
            if self[next..<next + pattern.count].elementsEqual(pattern) {
                return next..<next + pattern.count
            }
            index = next + 1
        }
        return nil
    }
}

/// The lines of a process between the marks.
struct MarkedLines {
    private enum Place {
        case before, within, after
    }

    private let mark: OutputMark
    private var place = Place.before
    /// The last lines before the first mark.
    private var preamble: [String] = []
    /// Whether an empty line has come, which may belong to the last mark.
    private var holdsEmpty = false

    init(_ mark: OutputMark) { self.mark = mark }

    /// Takes the next line of a stream.
    ///
    /// - Returns: the lines that belong to the output.
    mutating func take(_ line: String) -> [String] {
        switch place {
        case .before:
            if line == mark.first {
                place = .within
            } else {
                preamble = preamble.suffix(ProcessEnd.keptErrors - 1) + [line]
            }
        case .within:
            defer { holdsEmpty = line.isEmpty }
            if line == mark.last {
                place = .after
            } else {
                return (holdsEmpty ? [""] : []) + (line.isEmpty ? [] : [line])
            }
        case .after: break
        }
        return []
    }

    /// What is left when the stream has ended: the last lines of one in which the output has not
    /// begun, as they say why.
    var rest: [String] {
        switch place {
        case .before: preamble
        case .within: holdsEmpty ? [""] : []
        case .after: []
        }
    }
}

import Bytes
import Foundation
import Reporting

/// The files of a journal by their names.
enum JournalFiles {
    struct Segment: Hashable {
        var number: Int
        var path: String
    }

    static func path(ofSegment number: Int, in directory: String) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 8 - digits.count))
        return "\(directory)/segment-\(zeros)\(digits).cohj"
    }

    /// The segments of a directory, ascending.
    ///
    /// - Throws: ``ExchangeFailure``: 66 where there is no such directory, 65 where a segment is
    ///   missing between two.
    static func segments(in directory: String) throws(ExchangeFailure) -> [Segment] {
        let names = try attempt("read", directory) {
            try FileManager.default.contentsOfDirectory(atPath: directory)
        }
        let segments = names.compactMap { name in
            number(of: name).map { Segment(number: $0, path: "\(directory)/\(name)") }
        }.sorted { $0.number < $1.number }
        for (segment, next) in zip(segments, segments.dropFirst())
        where next.number != segment.number + 1 {
            throw ExchangeFailure(
                exitCode: .corruptData,
                message: "the journal \(directory) is damaged: segment \(segment.number + 1) is"
                    + " missing")
        }
        return segments
    }

    private static func number(of name: String) -> Int? {
        guard let match = name.wholeMatch(of: /segment-([0-9]{8,9})\.cohj/) else { return nil }
        return Int(match.1)
    }

    /// Makes the names of new files last.
    static func synchronize(directory: String) throws(ExchangeFailure) {
        try attempt("write", directory) {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: directory))
            try handle.synchronize()
            try handle.close()
        }
    }

    /// Foundation's calls with ``ExchangeFailure`` for what the world refuses: 66 for a file that
    /// is to be read and is missing, otherwise 74.
    static func attempt<T>(
        _ operation: String, _ path: String, _ body: () throws -> T
    ) throws(ExchangeFailure) -> T {
        do {
            return try body()
        } catch {
            let disk = DiskError(operation, path, error)
            throw ExchangeFailure(exitCode: disk.exitCode, message: "\(disk)")
        }
    }

    static func damage(_ path: String, at offset: Int, _ problem: String) -> ExchangeFailure {
        ExchangeFailure(
            exitCode: .corruptData, message: "\(path) is damaged at byte \(offset): \(problem)")
    }
}

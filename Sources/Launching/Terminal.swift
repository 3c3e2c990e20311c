import Foundation
import Glibc
import Subprocess

/// The terminal that standard error may be.
public enum Terminal {
    /// Whether progress may be drawn in place.
    public static var isAttached: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    /// Rows and columns of the controlling terminal; nil where there is none, or its size is
    /// unknown.
    public static func size() async -> (rows: Int, columns: Int)? {
        let result = try? await run(
            .name("stty"), arguments: ["-F", "/dev/tty", "size"], output: .string(limit: 64),
            error: .discarded)
        let numbers = result?.standardOutput.split(whereSeparator: \.isWhitespace)
            .compactMap { Int($0) }
        guard let numbers, numbers.count == 2, numbers.allSatisfy({ $0 > 0 }) else { return nil }
        return (numbers[0], numbers[1])
    }
}

import Foundation
import Glibc

/// The signals that were ignored when this process began, as `nohup`, `trap ''` and the shell of a
/// background job leave them. They stay ignored, here and in the processes that are started from
/// here: whoever started this one asked for it.
public enum InheritedSignals {
    /// Their numbers, ascending, but for CHLD, without which no process could be waited for, and
    /// PIPE, which systemd has every service ignore and which has no effect here anyway.
    ///
    /// To be read before any signal's effect is changed; see ``keep()``.
    public static let ignored = ignored(in: status)

    /// Notes which signals are ignored, and takes back what a program that waits for processes and
    /// notices broken pipes cannot work with: CHLD has its usual effect, PIPE has none.
    public static func keep() {
        _ = ignored
        _ = signal(SIGCHLD, SIG_DFL)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// The ignored signals as `/proc/PID/status` shows them, a bit for each in hexadecimal.
    package static func ignored(in status: String) -> [Int32] {
        guard
            let line = status.split(whereSeparator: \.isNewline)
                .first(where: { $0.hasPrefix("SigIgn:") }),
            let bits = UInt64(
                line.dropFirst("SigIgn:".count).filter(\.isHexDigit), radix: 16)
        else { return [] }
        return (1...31).filter {
            bits >> UInt64($0 - 1) & 1 == 1 && ![SIGCHLD, SIGPIPE].contains($0)
        }
    }

    /// To read a file of /proc by its size would read nothing.
    private static var status: String {
        let data = try? FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/status"))
            .readToEnd()
        return String(decoding: data ?? Data(), as: UTF8.self)
    }
}

extension ProcessSpec {
    /// The same process, which begins with these signals ignored: a child of this process begins
    /// with none, whatever is ignored here.
    package func ignoring(_ signals: [Int32]) -> ProcessSpec {
        guard !signals.isEmpty else { return self }
        var process = self
        let numbers = signals.map(String.init).joined(separator: " ")
        process.executable = "/bin/sh"
        process.title = nil
        process.arguments =
            ["-c", "trap '' \(numbers); exec \"$0\" \"$@\"", executable] + arguments
        return process
    }
}

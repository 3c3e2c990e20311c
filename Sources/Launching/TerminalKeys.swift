import Foundation
import Glibc
import Subprocess

/// The keys of the terminal, each as it is pressed, without being echoed.
///
/// Ctrl-C and Ctrl-Z have their usual effect.
public struct TerminalKeys: Sendable {
    /// How the terminal was set before, as `stty` understands it.
    private let before: String

    private static let terminal = "/dev/tty"

    /// Begins to read keys.
    ///
    /// Nil where this process may not: there is no terminal, or another program has it.
    ///
    /// - Parameter pressed: receives each key, on a thread of its own that ends with the process.
    public init?(pressed: @escaping @Sendable (Character) -> Void) async {
        guard isatty(STDIN_FILENO) == 1, tcgetpgrp(STDIN_FILENO) == getpgrp(),
            let before = await Self.stty("-g"), !before.isEmpty,
            await Self.stty("-icanon", "-echo", "min", "1") != nil
        else { return nil }
        self.before = before
        Thread.detachNewThread {
            while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {
                pressed(Character(Unicode.Scalar(data[data.startIndex])))
            }
        }
    }

    /// Sets the terminal as it was.
    public func close() async { _ = await Self.stty(before) }

    private static func stty(_ arguments: String...) async -> String? {
        let result = try? await run(
            .name("stty"), arguments: .init(["-F", terminal] + arguments),
            output: .string(limit: 1024), error: .discarded)
        guard let result, result.terminationStatus.isSuccess else { return nil }
        return result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

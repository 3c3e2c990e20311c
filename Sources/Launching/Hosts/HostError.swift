import Bytes

/// Hosts that cannot be used: what is wrong, where, and what to do.
public struct HostError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// The message.
    public let description: String
    /// 66 for a missing file, 69 for a host that cannot be reached, 78 for an error in a file,
    /// otherwise the code that the host's program ended with.
    public let exitCode: ExitCode

    /// Several mistakes of a file as one error: a line for each of the first twenty.
    init(mistakes: [String]) {
        let more = mistakes.count - 20
        self.init(
            (mistakes.count > 1 ? "\(mistakes.count) mistakes:\n" : "")
                + mistakes.prefix(20).joined(separator: "\n")
                + (more > 0 ? "\nand \(more) more" : ""))
    }

    /// An error with its message.
    public init(_ description: String, exitCode: ExitCode = .configuration) {
        self.description = description
        self.exitCode = exitCode
    }
}

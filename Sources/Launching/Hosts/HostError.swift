import Bytes

/// Hosts that cannot be used: what is wrong, where, and what to do.
public struct HostError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// The message.
    public let description: String
    /// 66 for a missing file, 69 for a host that cannot be reached, 78 for an error in a file,
    /// otherwise the code that the host's program ended with.
    public let exitCode: ExitCode

    /// An error with its message.
    public init(_ description: String, exitCode: ExitCode = .configuration) {
        self.description = description
        self.exitCode = exitCode
    }
}

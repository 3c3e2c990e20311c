import Bytes

/// Hosts that cannot be used: what is wrong, where, and what to do.
public struct HostError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    /// 66 for a file that is missing, 69 for a host that cannot be reached, 78 for what is written wrong,
    /// otherwise what the host itself said.
    public let exitCode: ExitCode

    public init(_ description: String, exitCode: ExitCode = .configuration) {
        self.description = description
        self.exitCode = exitCode
    }
}

import Bytes

/// Why the page cannot be served.
public enum DashboardError: ExitCodeError, Hashable, CustomStringConvertible {
    /// What was given is no address in numbers.
    case noAddress(String)
    /// The system's words.
    case cannotListen(String)

    /// 64 for a wrong address, otherwise 69.
    public var exitCode: ExitCode {
        switch self {
        case .noAddress: .usage
        case .cannotListen: .unavailable
        }
    }

    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .noAddress(let text):
            "--address \(text): give an address of this host in numbers, such as 192.168.1.5, or"
                + " 0.0.0.0 for all of them"
        case .cannotListen(let reason):
            "the page cannot be served: \(reason); choose another --port or --address"
        }
    }
}

import Bytes

/// Data that cannot be used. The text says which, where, and what to do about it.
public struct DatasetError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure it is; it determines the exit code.
    public enum Kind: Hashable, Sendable {
        /// A file's bytes are not what its format promises.
        case corrupt
        /// A file or folder is not there, or cannot be read.
        case missing
        /// The data are sound and do not hold what was asked of them.
        case impossible
    }

    /// What kind of failure it is.
    public let kind: Kind
    /// Names the culprit and the remedy, without the kind.
    public let description: String

    /// An error of a kind, with the text that the user sees.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// What a process that ends by this error exits with (sysexits: 65, 66, 78).
    public var exitCode: ExitCode {
        switch kind {
        case .corrupt: .corruptData
        case .missing: .missingFile
        case .impossible: .configuration
        }
    }
}

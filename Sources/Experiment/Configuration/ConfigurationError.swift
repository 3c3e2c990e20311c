import Bytes
import Options

/// A configuration that cannot be used.
public struct ConfigurationError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// Names the file, the line, the culprit and the remedy.
    public let description: String
    /// What a process that ends by this error exits with: 66 for a file that cannot be read, 78 for
    /// one that is wrong.
    public let exitCode: ExitCode

    init(unreadable description: String) {
        self.description = description
        exitCode = .missingFile
    }

    /// A setting that cannot be used.
    public init(_ error: SettingError) {
        let count = error.problems.count
        description = (count > 1 ? "\(count) mistakes:\n" : "") + error.description
        exitCode = .configuration
    }
}

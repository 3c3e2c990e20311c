/// A safetensors file that cannot be read, and why.
public struct SafeTensorsError: ExitCodeError, Hashable, Sendable, CustomStringConvertible {
    /// What a process that ends by this error exits with.
    public var exitCode: ExitCode { .corruptData }

    /// The file, where the bytes came from one.
    public var file: String?
    /// What is wrong with it.
    public let message: String

    /// - Parameter file: its path, where the bytes came from one.
    public init(_ message: String, file: String? = nil) {
        self.file = file
        self.message = message
    }

    /// The path and what is wrong.
    public var description: String {
        (file.map { "\($0): " } ?? "") + message
    }
}

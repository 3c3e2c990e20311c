/// A safetensors file that cannot be read, and why.
public struct SafeTensorsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, where the bytes came from one.
    public var file: String?
    public let message: String

    public init(_ message: String, file: String? = nil) {
        self.file = file
        self.message = message
    }

    public var description: String {
        (file.map { "\($0): " } ?? "") + message
    }
}

/// Why a model cannot be written in another program's format.
public struct ExportError: Error, CustomStringConvertible {
    /// What is wrong.
    public let message: String

    init(_ message: String) {
        self.message = message
    }

    public var description: String { message }
}

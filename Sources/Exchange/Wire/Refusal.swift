import Bytes

/// Why a learner cannot take part.
public struct Refusal: Hashable, Sendable {
    /// The reason by number, so that a program can act on it.
    public enum Code: UInt16, CaseIterable, Sendable {
        case protocolVersion = 1
        case run = 2
        case configuration = 3
        case classes = 4
        case sampleOrder = 5
        case unknownName = 6
        case duplicateName = 7
        /// Someone else never came.
        case incomplete = 8
        /// What is needed was published so long ago that it is kept no longer.
        case tooOld = 9

        /// The exit code of a learner that is refused for this reason.
        public var exitCode: ExitCode {
            switch self {
            case .protocolVersion: .version
            case .run, .unknownName, .duplicateName: .notAuthorised
            case .configuration, .classes, .sampleOrder: .configuration
            case .incomplete: .unavailable
            case .tooOld: .missingFile
            }
        }
    }

    /// The reason by number.
    public var code: Code
    /// The reason in words, with both sides' values.
    public var text: String

    /// A refusal with its reason.
    public init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }
}

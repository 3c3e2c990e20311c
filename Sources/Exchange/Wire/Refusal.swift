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
        case labels = 10
        case testSamples = 11
        case steps = 12
        /// What it would be sent by value is not of the form that it takes.
        case inputs = 13

        /// The exit code of a learner that is refused for this reason.
        public var exitCode: ExitCode {
            switch self {
            case .protocolVersion: .version
            case .run, .unknownName, .duplicateName: .notAuthorised
            case .configuration, .classes, .sampleOrder, .labels, .testSamples, .steps,
                .inputs:
                .configuration
            case .incomplete: .unavailable
            case .tooOld: .missingFile
            }
        }
    }

    /// The reason by number.
    public var code: Code
    /// The reason in words, with both sides' values.
    public var text: String

    /// Beside the code of the configuration, the settings of the side that refuses: see
    /// ``AgreedSettings``. Otherwise empty.
    public var settings: String

    /// The text of the message: the reason, and behind it the settings, each in a line.
    var lines: String { settings.isEmpty ? text : "\(text)\n\(settings)" }

    /// Reads the text of a message.
    init(_ code: Code, lines: String) {
        let parts = lines.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            code, parts.first.map(String.init) ?? "",
            settings: parts.count == 2 ? String(parts[1]) : "")
    }

    /// A refusal with its reason.
    public init(_ code: Code, _ text: String, settings: String = "") {
        self.code = code
        self.text = text
        self.settings = settings
    }
}

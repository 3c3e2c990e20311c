/// Something that the records of a run show about its teaching.
public struct Finding: Codable, Hashable, Sendable {
    /// What it means for who learns.
    public enum Kind: String, Codable, CaseIterable, Sendable {
        /// Teaching gained.
        case helped
        /// Teaching cost accuracy, or may soon.
        case hurt
        /// Knowledge was missing.
        case starved
        /// Knowledge arrived, and others waited for it.
        case late
        /// Knowledge arrived and changed little.
        case idle
        /// What a reader must know besides.
        case note
    }

    /// The name of the rule that found it.
    public var rule: String
    /// What it means.
    public var kind: Kind
    /// An edge, `b → a`, or a learner.
    public var subject: String
    /// A sentence with the numbers.
    public var text: String
    /// What to try; nil where nothing is to be done.
    public var advice: String?
}

/// A rule that finds something in the records of a run: one file, and one line in
/// ``ExplanationRules``.
public struct ExplanationRule: Sendable {
    /// What findings call it.
    public let name: String
    /// When it finds something, with its threshold.
    public let condition: String
    private let find: @Sendable (RunReport) -> [Found]

    /// What a rule says of a subject.
    struct Found {
        var kind: Finding.Kind
        var subject: String
        var text: String
        var advice: String?

        init(_ kind: Finding.Kind, _ subject: String, _ text: String, advice: String? = nil) {
            self.kind = kind
            self.subject = subject
            self.text = text
            self.advice = advice
        }
    }

    init(
        _ name: String, when condition: String,
        find: @escaping @Sendable (RunReport) -> [Found]
    ) {
        self.name = name
        self.condition = condition
        self.find = find
    }

    /// What the rule finds in a run.
    public func findings(in report: RunReport) -> [Finding] {
        find(report).map { found in
            Finding(
                rule: name, kind: found.kind, subject: found.subject, text: found.text,
                advice: found.advice)
        }
    }
}

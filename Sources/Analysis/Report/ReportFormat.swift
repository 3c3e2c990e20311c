/// A form of the report of a run: one file, and one line in ``ReportFormats``.
public struct ReportFormat: Sendable {
    /// As in `--format md`.
    public let name: String
    /// What it is, in a few words.
    public let summary: String
    /// The report in this form.
    public let text: @Sendable (RunReport, ReportOptions) -> String

    /// A form of report.
    public init(
        _ name: String, _ summary: String,
        text: @escaping @Sendable (RunReport, ReportOptions) -> String
    ) {
        (self.name, self.summary, self.text) = (name, summary, text)
    }
}

/// The forms of text in which a run can be reported.
public enum ReportFormats {
    /// In the order in which they are listed.
    public static let all: [ReportFormat] = [.markdown, .csv, .json, .svg]
}

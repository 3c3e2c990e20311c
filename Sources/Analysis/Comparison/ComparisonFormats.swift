/// A form in which a comparison is written.
public struct ComparisonFormat: Sendable {
    /// `text`.
    public let name: String
    /// The comparison in this form.
    public let text: @Sendable (RunComparison) -> String
}

/// The forms in which a comparison can be written. A new one is a line here.
public enum ComparisonFormats {
    /// In the order in which they are listed.
    public static let all: [ComparisonFormat] = [
        ComparisonFormat(name: "text") { ComparisonPage($0, table: \.text, heading: { $0 }).text },
        ComparisonFormat(name: "md") {
            ComparisonPage($0, table: \.markdown, heading: { "**\($0)**\n" }).text
        },
        ComparisonFormat(name: "csv") { ComparisonRows($0).csv },
        ComparisonFormat(name: "json") { ComparisonDocument($0).json },
        ComparisonFormat(name: "svg") { $0.chart.svg() },
    ]
}

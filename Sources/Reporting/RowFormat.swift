/// How the rows of a result are written.
public enum RowFormat: String, CaseIterable, Sendable {
    /// A table for people.
    case table
    /// A line of JSON for each.
    case json
}

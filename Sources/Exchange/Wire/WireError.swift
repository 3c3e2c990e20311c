/// A message that cannot be read: which field is wrong, and how.
public struct WireError: Error, Hashable, CustomStringConvertible {
    /// The fields of <doc:WireFormat>.
    public enum Field: String, CaseIterable, Sendable {
        case frames, size
        case magic, version, kind, round, sender, step, usedSteps, reserved, checksum
        case tensorCount = "tensor count"
        case body, text
        case classes
        case refusal = "refusal code"
        case tensorKind = "tensor kind"
        case dtype, rank, dimensions, name, values
    }

    /// The first field that is wrong.
    public let field: Field
    /// What is wrong with it.
    public let problem: String

    /// A problem of a field.
    public init(_ field: Field, _ problem: String) {
        self.field = field
        self.problem = problem
    }

    public var description: String { "\(field.rawValue): \(problem)" }
}

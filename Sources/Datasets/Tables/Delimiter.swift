import Options

/// What stands between the fields of a table's row.
package enum Delimiter: String, CaseIterable, Sendable {
    /// A tab where the file's name ends in `.tsv` or `.tab`, else a comma.
    case auto
    case comma
    case semicolon
    case tab
    case bar

    /// The byte that divides the fields of a file.
    package func byte(for path: String) -> UInt8 {
        switch self {
        case .auto: Self.isTabbed(path) ? UInt8(ascii: "\t") : UInt8(ascii: ",")
        case .comma: UInt8(ascii: ",")
        case .semicolon: UInt8(ascii: ";")
        case .tab: UInt8(ascii: "\t")
        case .bar: UInt8(ascii: "|")
        }
    }

    private static func isTabbed(_ path: String) -> Bool {
        var name = path.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        return name.hasSuffix(".tsv") || name.hasSuffix(".tab")
    }
}

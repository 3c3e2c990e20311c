/// A data source whose samples have keys, by which ``Paired`` finds the same sample in another
/// source.
protocol KeyedSource: DatasetSource {
    /// The keys of all samples.
    ///
    /// - Throws: ``DatasetError`` for files that are missing (66) or damaged (65), or a kind of key
    ///   that the source does not have (78).
    func keyed(by key: SampleKey) throws(DatasetError) -> KeyedSamples
}

/// What a sample's key is.
enum SampleKey: Equatable, Sendable {
    /// A file's name without folders and ending.
    ///
    /// - Parameter column: of a table or manifest that names the file; nil for the sample's own.
    case name(column: String?)
    /// A file's path below the source's folder, without ending.
    ///
    /// - Parameter column: as of `name`.
    case path(column: String?)
    /// The value of a column.
    case column(String)

    /// The column that is asked for.
    var column: String? {
        switch self {
        case .name(let column), .path(let column): column
        case .column(let column): column
        }
    }

    /// The key that a text makes: a file's path, or a column's value.
    func value(of text: String) -> String {
        switch self {
        case .column: return text
        case .path: return Self.withoutEnding(text[...])
        case .name:
            let start = text.lastIndex(of: "/").map(text.index(after:)) ?? text.startIndex
            return Self.withoutEnding(text[start...])
        }
    }

    private static func withoutEnding(_ path: Substring) -> String {
        let name = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
        guard let dot = path[name...].lastIndex(of: "."), dot > name else { return String(path) }
        return String(path[..<dot])
    }
}

/// The samples of a source with their keys: those of the training files first.
struct KeyedSamples: Sendable {
    /// The key of each sample.
    let keys: [String]
    /// Where each stands, for messages.
    let places: [String]
    /// The class of each, by its name.
    let classes: [String]
    /// The samples that the source trains on by itself.
    let train: [Int]
    /// The samples that it tests on by itself.
    let test: [Int]
    /// Reads these samples, in this order.
    let load: @Sendable (_ train: [Int], _ test: [Int]) throws(DatasetError) -> Corpus
}

/// The classes of labels that are written as words or numbers.
///
/// Whole numbers are in ascending order, words in the order of their UTF-8 bytes.
package struct ClassNames: Equatable, Sendable {
    /// The names; a class is the place of its name.
    let names: [String]
    private let numbers: [String: Int]

    /// The classes that some labels name. Of several spellings that are the same text to Unicode,
    /// the class has the one whose bytes come first, whatever the order of the labels.
    init(of labels: some Sequence<String>) {
        var spellings: [String: String] = [:]
        for label in labels {
            let known = spellings[label] ?? label
            spellings[label] =
                label.utf8.lexicographicallyPrecedes(known.utf8) ? label : known
        }
        let distinct = Array(spellings.values)
        let values = distinct.compactMap { label in Int(label).map { (value: $0, label: label) } }
        if values.count == distinct.count {
            self.init(
                values.sorted { ($0.value, $0.label) < ($1.value, $1.label) }.map(\.label))
        } else {
            self.init(distinct.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
        }
    }

    /// Classes in this order.
    ///
    /// - Precondition: no name stands twice.
    init(_ names: [String]) {
        self.names = names
        numbers = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    }

    /// The class of a name; nil where there is none.
    subscript(name: String) -> Int? { numbers[name] }

    var count: Int { names.count }

    /// More classes than this are measurements or texts, not labels.
    private static let most = 1000

    /// Checks that there are two classes at least, and not so many that they can be no labels.
    ///
    /// - Parameter finding: where how many were found, for the message.
    /// - Throws: ``DatasetError`` (78).
    func check(_ finding: (_ count: Int) -> String) throws(DatasetError) {
        guard !(2...Self.most).contains(count) else { return }
        let remedy =
            count < 2
            ? "two classes are needed at least"
            : "labels are classes, not measurements or texts; name another column as label"
        throw DatasetError(.impossible, "\(finding(count)); \(remedy)")
    }
}

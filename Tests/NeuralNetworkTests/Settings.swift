import Options

private let place = SourcePosition(file: "test.yaml", line: 1)

/// A map of scalar settings, as configuration would hold it.
func map(_ values: KeyValuePairs<String, String>) -> Setting {
    map(values.map { ($0.key, scalar($0.value)) })
}

/// A map of numbers and lists of numbers; a list of one is a number.
func map(_ values: KeyValuePairs<String, [Int]>) -> Setting {
    map(values.map { ($0.key, list($0.value)) })
}

/// A map of numbers and lists of numbers; a list of one is a number.
func map(_ values: [String: [Int]]) -> Setting {
    map(values.map { ($0.key, list($0.value)) })
}

/// A map of lists of texts.
func map(_ values: KeyValuePairs<String, [String]>) -> Setting {
    map(values.map { ($0.key, Setting(.list($0.value.map(scalar)), at: place)) })
}

private func list(_ numbers: [Int]) -> Setting {
    let items = numbers.map { scalar("\($0)") }
    return items.count == 1 ? items[0] : Setting(.list(items), at: place)
}

/// A map of scalars as configuration would write them.
func map(_ values: [(String, String)]) -> Setting {
    map(values.map { ($0.0, scalar($0.1)) })
}

private func map(_ entries: [(String, Setting)]) -> Setting {
    Setting(.map(entries.map { .init(key: $0.0, position: place, value: $0.1) }), at: place)
}

private func scalar(_ text: String) -> Setting {
    Setting(.scalar(text, isQuoted: false), at: place)
}

/// Paths with `*` for any characters of a name, and `?` for one.
enum PathPattern {
    /// Whether a path is such a pattern. A file that has exactly this name is no pattern.
    static func isPattern(_ path: String) -> Bool {
        path.contains { $0 == "*" || $0 == "?" } && !DataFile.exists(path)
    }

    /// The path itself, or of a pattern the folder below which all that it names lies.
    static func place(of path: String) -> String {
        guard isPattern(path) else { return path }
        let fixed = components(of: path).prefix { !hasWildcard($0) }.joined(separator: "/")
        return fixed.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : fixed
    }

    /// The files and folders that a pattern names, in the order of their names. Names that begin
    /// with a point match none.
    ///
    /// - Throws: ``DatasetError`` (66) where there are none, 78 for `**`.
    static func matches(of pattern: String) throws(DatasetError) -> [String] {
        var found = [""]
        for (depth, component) in components(of: pattern).enumerated() {
            try checkStars(component, of: pattern)
            var next: [String] = []
            for folder in found {
                let prefix = depth == 0 ? "" : folder + "/"
                guard hasWildcard(component) else {
                    let path = prefix + component
                    if path.isEmpty || DataFile.exists(path) { next.append(path) }
                    continue
                }
                let place = depth == 0 ? "." : folder.isEmpty ? "/" : folder
                guard DataFile.isFolder(place) else { continue }
                for name in try DataFile.names(in: place)
                where matches(Array(name.utf8)[...], Array(component.utf8)[...]) {
                    next.append(prefix + name)
                }
            }
            found = next
        }
        guard !found.isEmpty else {
            throw DatasetError(.missing, "\(pattern): there is no such file or folder")
        }
        return found
    }

    private static func components(of path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }

    /// - Throws: ``DatasetError`` (78) for `**`, which would be taken for `*`.
    private static func checkStars(_ component: String, of pattern: String) throws(DatasetError) {
        guard component.contains("**") else { return }
        throw DatasetError(
            .impossible,
            "\(pattern): '**' is no pattern here; name the folder, whose sub-folders are read too")
    }

    private static func hasWildcard(_ component: String) -> Bool {
        component.contains { $0 == "*" || $0 == "?" }
    }

    /// Whether a name matches a pattern, both in UTF-8.
    private static func matches(_ name: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        switch first {
        case UInt8(ascii: "*"):
            return (name.startIndex...name.endIndex).contains { place in
                matches(name[place...], pattern.dropFirst())
            }
        case UInt8(ascii: "?"):
            guard let byte = name.first else { return false }
            let rest = name.dropFirst().drop { byte & 0x80 != 0 && $0 & 0xC0 == 0x80 }
            return matches(rest, pattern.dropFirst())
        default: return name.first == first && matches(name.dropFirst(), pattern.dropFirst())
        }
    }
}

import Bytes
import Foundation

/// The name of the folder of an experiment's runs, made from the experiment's title.
enum RunName {
    /// The most bytes of a folder's name.
    private static let mostBytes = 64

    /// The title itself where any disk and any shell takes it as a name: letters, digits, `.`, `_`
    /// and `-`, a letter or digit first, 64 bytes at most. Otherwise its letters and digits without
    /// accents, and eight digits by which two titles that differ have different folders.
    static func folder(of title: String) -> String {
        guard !isPlain(title) else { return title }
        let digest = SHA256.digest(Array(title.utf8)).hexadecimal.prefix(8)
        var folder = ""
        for scalar in title.decomposedStringWithCanonicalMapping.unicodeScalars
        where !scalar.properties.isDiacritic && scalar.properties.generalCategory != .nonspacingMark
        {
            if isPlain(scalar) {
                folder.unicodeScalars.append(scalar)
            } else if !folder.isEmpty, folder.last != "-" {
                folder.append("-")
            }
        }
        let start = folder.drop { !$0.isLetter && !$0.isNumber }.prefix(mostBytes - 9)
        let stem = start.reversed().drop { $0 == "-" || $0 == "." }.reversed()
        return (stem.isEmpty ? "run" : String(stem)) + "-\(digest)"
    }

    /// The title of a configuration file: its name without the ending, on one line.
    static func title(ofFile path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        let stem =
            ["yaml", "yml"].lazy.compactMap { ending -> String? in
                name.lowercased().hasSuffix(".\(ending)")
                    ? String(name.dropLast(ending.count + 1)) : nil
            }.first ?? (name as NSString).deletingPathExtension
        return stem.isEmpty ? name : stem
    }

    private static func isPlain(_ title: String) -> Bool {
        guard let first = title.unicodeScalars.first, title.utf8.count <= mostBytes else {
            return false
        }
        return isPlain(first) && !"._-".unicodeScalars.contains(first)
            && title.unicodeScalars.allSatisfy(isPlain)
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
        default: false
        }
    }
}

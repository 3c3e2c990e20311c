import Bytes
import Foundation

/// Texts as the data set corpus reads them.
public enum TextFiles {
    /// Writes texts to a folder, a file for each, or to a file whose name ends by `.txt`, a line
    /// for each: there a text ends with its first line.
    ///
    /// - Throws: ``DiskError`` (74), also where the folder holds files already.
    public static func write(_ texts: [String], to path: String) throws(DiskError) {
        guard !path.hasSuffix(".txt") else {
            let lines = texts.map { ($0.split(separator: "\n").first ?? "") + "\n" }
            return try Files.replace(path, with: Data(lines.joined().utf8))
        }
        try Files.createDirectory(path)
        let known = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard known.isEmpty else {
            throw DiskError(
                "write", path, "the folder holds files already; name an empty one or a new one",
                exitCode: .disk)
        }
        let width = "\(texts.count)".count
        for (number, text) in texts.enumerated() {
            let name = String(repeating: "0", count: width - "\(number + 1)".count)
            try Files.replace("\(path)/\(name)\(number + 1).txt", with: Data(text.utf8))
        }
    }
}

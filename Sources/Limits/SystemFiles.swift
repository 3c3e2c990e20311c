import Foundation

/// The files in which the kernel describes the system and this process: `/proc` and `/sys`.
public struct SystemFiles: Sendable {
    /// The folder that stands for `/`; a test's own, or the real one.
    public let root: String

    /// - Parameter root: the folder that stands for `/`.
    public init(root: String = "") { self.root = root }

    /// The text of a file; nil where there is none that can be read.
    public func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: root + path).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// The lines of a file without empty ones; none where it cannot be read.
    public func lines(_ path: String) -> [Substring] {
        (text(path) ?? "").split(whereSeparator: \.isNewline)
    }

    /// The words of a file's first line.
    public func words(_ path: String) -> [Substring] {
        lines(path).first.map { $0.split(whereSeparator: \.isWhitespace) } ?? []
    }

    /// The value of a line `KEY: value` or `KEY value` without the spaces around it.
    public func value(of key: String, in path: String) -> String? {
        for line in lines(path) {
            guard line.hasPrefix(key) else { continue }
            let rest = line.dropFirst(key.count)
            guard let first = rest.first, first == ":" || first.isWhitespace else { continue }
            return rest.dropFirst().trimmingCharacters(in: .whitespaces)
        }
        return nil
    }
}

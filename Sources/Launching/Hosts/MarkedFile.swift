import Foundation

/// A file into which the output of a script on another host goes, with the marks around it.
struct MarkedFile {
    let path: String
    private let mark: OutputMark

    /// What a login shell prints before or after a script has fewer bytes than this.
    private static let margin = 1 << 20

    init(path: String, _ mark: OutputMark) {
        self.path = path
        self.mark = mark
    }

    /// Makes the file; nil where it cannot be written.
    func create() -> FileHandle? {
        guard FileManager.default.createFile(atPath: path, contents: nil) else { return nil }
        return FileHandle(forWritingAtPath: path)
    }

    /// The first bytes, in which the first mark stands.
    func beginning() throws -> [UInt8] {
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? source.close() }
        return Array(try source.read(upToCount: Self.margin) ?? Data())
    }

    /// Copies what stands between the marks into a file of its own.
    ///
    /// - Throws: ``HostError`` (74) where it cannot be written.
    func extract(to file: String) throws {
        guard let start = mark.range(in: try beginning())?.lowerBound else { return }
        guard FileManager.default.createFile(atPath: file, contents: nil) else {
            throw HostError("\(file): it cannot be written", exitCode: .disk)
        }
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        let target = try FileHandle(forUpdating: URL(fileURLWithPath: file))
        defer { try? source.close() }
        defer { try? target.close() }
        try source.seek(toOffset: UInt64(start))
        while let bytes = try source.read(upToCount: Self.margin), !bytes.isEmpty {
            try target.write(contentsOf: bytes)
        }
        try cut(target)
    }

    /// Cuts off the last mark, and what stands after it.
    private func cut(_ target: FileHandle) throws {
        let size = try target.seekToEnd()
        let tail = size - min(size, UInt64(Self.margin))
        try target.seek(toOffset: tail)
        let bytes = Array(try target.readToEnd() ?? Data())
        if let end = mark.end(in: bytes) { try target.truncate(atOffset: tail + UInt64(end)) }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}

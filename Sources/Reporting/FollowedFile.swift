import Bytes
import Foundation

/// A growing file of lines, read from where the last reading ended.
struct FollowedFile: Sendable {
    /// What a reading came to.
    struct News: Sendable {
        /// The complete lines that are new, without their ends.
        var lines: [Data] = []
        /// Whether this is another file than the one that was read before.
        var isAnew = false
        /// Whether there is more to read.
        var hasMore = false
    }

    private let path: String
    private let extent: RunFollower.Extent
    private var position = Position()

    /// How far the file has been read.
    private struct Position {
        /// The file's number on its disk; nil before it was first read.
        var identity: UInt64?
        var offset: UInt64 = 0
        /// The start of a line whose end is not there yet.
        var rest = Data()
        /// The last bytes before `offset`, by which a file is recognised that was written anew in
        /// place.
        var mark = Data()
        /// Whether `offset` lies within a line of which the start was not read.
        var isWithinLine = false
    }

    /// So many bytes are compared.
    private static let markLength = 64
    /// The first line is looked for in so many bytes.
    private static let headLength = 1 << 14

    init(_ path: String, _ extent: RunFollower.Extent) { (self.path, self.extent) = (path, extent) }

    /// Reads what was appended.
    ///
    /// - Parameter count: how many bytes are read, at most.
    /// - Throws: ``DiskError`` where the file is there and cannot be read.
    mutating func read(atMost count: Int) throws(DiskError) -> News {
        guard let (size, identity) = facts() else { return News() }
        let isKnown = position.identity != nil
        var news = News(
            isAnew: isKnown && (identity != position.identity || size < position.offset))
        if !news.isAnew, isKnown, size == position.offset { return news }
        let handle = try Files.attempt("open", path) {
            try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        }
        defer { try? handle.close() }
        if !news.isAnew, isKnown { news.isAnew = try !isContinued(in: handle) }
        if news.isAnew || !isKnown {
            position = Position(identity: identity)
            news.lines += try start(in: handle, size)
        }
        let data = try bytes(of: handle, from: position.offset, count)
        news.lines += lines(of: data)
        news.hasMore = position.offset < size
        return news
    }

    private func facts() -> (size: UInt64, identity: UInt64)? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = (attributes?[.size] as? NSNumber)?.uint64Value,
            let identity = (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value
        else { return nil }
        return (size, identity)
    }

    /// Whether what was read before still stands in the file.
    private func isContinued(in handle: FileHandle) throws(DiskError) -> Bool {
        let start = position.offset - UInt64(position.mark.count)
        return try bytes(of: handle, from: start, position.mark.count) == position.mark
    }

    /// Skips what lies between the first line and the recent ones.
    ///
    /// - Returns: the first line, where anything was skipped.
    private mutating func start(in handle: FileHandle, _ size: UInt64) throws(DiskError) -> [Data] {
        guard case .recent(let recent) = extent, size > UInt64(recent + Self.headLength) else {
            return []
        }
        let head = try bytes(of: handle, from: 0, Self.headLength)
        position.offset = size - UInt64(recent)
        position.isWithinLine = true
        return head.firstIndex(of: Self.newline).map { [Data(head[..<$0])] } ?? []
    }

    private func bytes(
        of handle: FileHandle, from offset: UInt64, _ count: Int
    ) throws(DiskError) -> Data {
        try Files.attempt("read", path) {
            try handle.seek(toOffset: offset)
            return try handle.read(upToCount: count) ?? Data()
        }
    }

    /// Takes bytes in.
    ///
    /// - Returns: the lines that they complete.
    private mutating func lines(of data: Data) -> [Data] {
        position.offset += UInt64(data.count)
        position.mark = (position.mark + data).suffix(Self.markLength)
        guard let end = data.lastIndex(of: Self.newline) else {
            position.rest += data
            return []
        }
        let complete = position.rest + data[..<end]
        position.rest = Data(data[data.index(after: end)...])
        let lines = complete.split(separator: Self.newline, omittingEmptySubsequences: false)
        defer { position.isWithinLine = false }
        return Array(position.isWithinLine ? lines.dropFirst() : lines[...])
    }

    private static let newline = UInt8(ascii: "\n")
}

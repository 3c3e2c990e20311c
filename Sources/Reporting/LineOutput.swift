import Bytes
import Foundation

/// Where lines go, each written by one call as soon as it is there.
public struct LineOutput: Sendable {
    private let handle: FileHandle
    /// For messages.
    public let path: String

    /// An open stream, such as standard error.
    public init(_ handle: FileHandle, named path: String) {
        self.handle = handle
        self.path = path
    }

    /// Appends to a file, which is made where it is missing. What an interrupted writer left of a
    /// last line gets a line of its own.
    ///
    /// - Throws: ``DiskError``.
    public init(appendingTo path: String) throws(DiskError) {
        if !FileManager.default.fileExists(atPath: path) {
            try Files.attempt("create", path) {
                try Data().write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            }
        }
        self.path = path
        handle = try Files.attempt("open", path) {
            try FileHandle(forUpdating: URL(fileURLWithPath: path))
        }
        try endTornLine()
    }

    /// - Throws: ``DiskError`` naming the file: the disk is full, the reader of a pipe has gone.
    public func write(_ lines: [String]) throws(DiskError) {
        guard !lines.isEmpty else { return }
        try write(text: lines.joined(separator: "\n") + "\n")
    }

    /// Writes `text` as it is.
    ///
    /// - Throws: ``DiskError``.
    public func write(text: String) throws(DiskError) {
        try Files.attempt("write", path) { try handle.write(contentsOf: Data(text.utf8)) }
    }

    private func endTornLine() throws(DiskError) {
        let isTorn = try Files.attempt("read", path) {
            let end = try handle.seekToEnd()
            guard end > 0 else { return false }
            try handle.seek(toOffset: end - 1)
            let last = try handle.read(upToCount: 1)
            try handle.seekToEnd()
            return last != Data("\n".utf8)
        }
        if isTorn { try write(text: "\n") }
    }
}

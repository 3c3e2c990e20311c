import Bytes
import Foundation

/// A file or stream of lines. Each call writes its lines at once, by one system call.
public struct LineOutput: Sendable {
    private let handle: FileHandle
    /// The file's path, or the stream's name in messages.
    public let path: String

    /// An open stream, such as standard error.
    public init(_ handle: FileHandle, named path: String) {
        self.handle = handle
        self.path = path
    }

    /// Appends to a file, which is made where it is missing. An incomplete last line, which an
    /// interrupted writer left, is ended first.
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

    /// Writes lines, each with its end.
    ///
    /// - Throws: ``DiskError`` naming the file: the disk is full, the reader of a pipe has gone.
    public func write(_ lines: [String]) throws(DiskError) {
        guard !lines.isEmpty else { return }
        try write(text: lines.joined(separator: "\n") + "\n")
    }

    /// Writes `text` as it is.
    ///
    /// - Throws: ``DiskError``. A terminal that is closed has no reader, as a pipe.
    public func write(text: String) throws(DiskError) {
        do throws(DiskError) {
            try Files.attempt("write", path) { try handle.write(contentsOf: Data(text.utf8)) }
        } catch {
            // Of a file, the same error is that of its disk.
            guard error.code == .EIO, isatty(handle.fileDescriptor) == 1 else { throw error }
            throw DiskError("write", path, POSIXError(.EPIPE))
        }
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

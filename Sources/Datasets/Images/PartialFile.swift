import Bytes
import Foundation
import Glibc

/// A file while it is written: under another name, which one process holds at a time.
///
/// A process that is killed leaves the part behind, and the next one writes it anew.
final class PartialFile {
    private let target: String
    private let path: String
    private let file: FileHandle
    private var isFinished = false

    /// Begins the file; waits where another process writes it.
    ///
    /// - Returns: nil where the other process finished the file or gave it up in the meantime: look
    ///   for the finished file before you try again.
    /// - Throws: ``DiskError`` (74) where the file cannot be made.
    init?(of target: String) throws(DiskError) {
        self.target = target
        do {
            try FileManager.default.createDirectory(
                atPath: URL(filePath: target).deletingLastPathComponent().path,
                withIntermediateDirectories: true)
            guard let (path, file) = try Self.claimed(target) else { return nil }
            (self.path, self.file) = (path, file)
            try file.truncate(atOffset: 0)
        } catch { throw DiskError("write", target, error) }
    }

    /// Removes what was not finished.
    deinit {
        if !isFinished { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Appends bytes.
    ///
    /// - Throws: ``DiskError`` (74), for example where the disk is full.
    func write(_ bytes: [UInt8]) throws {
        do { try file.write(contentsOf: bytes) } catch {
            throw DiskError("write", path, error)
        }
    }

    /// Gives the file its name after all bytes are on the disk. Where the file system has no locks,
    /// another process may have finished the same file: then that one stays.
    ///
    /// - Throws: ``DiskError`` (74).
    func finish() throws(DiskError) {
        do {
            try file.synchronize()
            try FileManager.default.moveItem(atPath: path, toPath: target)
            isFinished = true
        } catch {
            let error = DiskError("write", target, error)
            guard error.code == .EEXIST else { throw error }
        }
    }

    /// The part, locked; one of this process alone where the file system has no locks; nil where
    /// the part has another name, or none, by the time that it is locked.
    private static func claimed(_ target: String) throws -> (path: String, file: FileHandle)? {
        let path = "\(target).partial"
        guard let file = try opened(path) else { return nil }
        if lock(file), let name = name(of: file) {
            return name == URL(filePath: path).lastPathComponent ? (path, file) : nil
        }
        try? FileManager.default.removeItem(atPath: path)
        let own = "\(path)-\(UUID().uuidString)"
        return try opened(own).map { (own, $0) }
    }

    /// The file, which is made where there is none; nil where another process renamed or removed it
    /// in the meantime.
    private static func opened(_ path: String) throws -> FileHandle? {
        do { try Data().write(to: URL(filePath: path), options: .withoutOverwriting) } catch {
            guard DiskError("write", path, error).code == .EEXIST else { throw error }
        }
        do { return try FileHandle(forUpdating: URL(filePath: path)) } catch {
            guard DiskError("write", path, error).code == .ENOENT else { throw error }
            return nil
        }
    }

    /// The last part of the path that an open file has now: it differs after another process
    /// renamed or removed the file. Nil where the system does not tell.
    private static func name(of file: FileHandle) -> String? {
        let link = "/proc/self/fd/\(file.fileDescriptor)"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))
            .map { URL(filePath: $0).lastPathComponent }
    }

    /// - Returns: false where the file system has no locks.
    private static func lock(_ file: FileHandle) -> Bool {
        if flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EWOULDBLOCK else { return false }
        ImageCache.notify("waiting for another process that decodes the same pictures")
        while flock(file.fileDescriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { return false }
        }
        return true
    }
}

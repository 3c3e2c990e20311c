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

    /// Waits for other processes that write the same file, and begins it.
    ///
    /// - Throws: ``DiskError`` (74) where the file cannot be made.
    init(of target: String) throws(DiskError) {
        self.target = target
        do {
            try FileManager.default.createDirectory(
                atPath: URL(filePath: target).deletingLastPathComponent().path,
                withIntermediateDirectories: true)
            (path, file) = try Self.claimed(target)
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
        do { try file.write(contentsOf: Data(bytes)) } catch {
            throw DiskError("write", path, error)
        }
    }

    /// Gives the file its name, once the disk has all of it.
    ///
    /// - Throws: ``DiskError`` (74).
    func finish() throws(DiskError) {
        do {
            try file.synchronize()
            try? FileManager.default.removeItem(atPath: target)
            try FileManager.default.moveItem(atPath: path, toPath: target)
            isFinished = true
        } catch { throw DiskError("write", target, error) }
    }

    /// The part, locked; one of this process alone where the file system has no locks.
    private static func claimed(_ target: String) throws -> (path: String, file: FileHandle) {
        let path = "\(target).partial"
        while true {
            let (file, number) = try opened(path)
            guard lock(file) else { break }
            // Its last holder may have finished or removed it.
            if number != nil, number == Self.number(of: path) { return (path, file) }
        }
        let own = "\(path)-\(UUID().uuidString)"
        return (own, try opened(own).file)
    }

    private static func opened(_ path: String) throws -> (file: FileHandle, number: Int?) {
        if !FileManager.default.fileExists(atPath: path) {
            // Another process may come first.
            try? Data().write(to: URL(filePath: path), options: .withoutOverwriting)
        }
        let number = number(of: path)
        return (try FileHandle(forUpdating: URL(filePath: path)), number)
    }

    /// What the file system calls the file; nil where there is none.
    private static func number(of path: String) -> Int? {
        (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? Int
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

import Bytes
import Foundation
import Glibc

/// What a disk has left.
package struct DiskSpace: Hashable, Sendable {
    /// Bytes that this user may write.
    package var bytes: Int
    /// Files that may be made; nil where the file system does not count them.
    package var files: Int?

    /// A disk with so much left.
    package init(bytes: Int, files: Int? = nil) { (self.bytes, self.files) = (bytes, files) }
}

/// Tries what a run does with a disk. Whatever it makes it removes.
package protocol DiskProbe: Sendable {
    /// Whether there is a folder of this path.
    func isFolder(_ path: String) -> Bool
    /// Writes a file into a folder.
    ///
    /// - Throws: ``DiskError`` where that fails.
    func write(into folder: String) throws
    /// Locks a file there.
    ///
    /// - Throws: ``DiskError`` where that fails.
    func lock(in folder: String) throws
    /// Makes a symbolic link there.
    ///
    /// - Throws: ``DiskError`` where that fails.
    func link(in folder: String) throws
    /// What is left; nil where the system does not tell.
    func space(of folder: String) -> DiskSpace?
}

/// The disks of this host.
package struct SystemDisk: DiskProbe {
    /// The real disks.
    package init() {}

    package func isFolder(_ path: String) -> Bool {
        let found = try? FileManager.default.attributesOfItem(atPath: path + "/.")
        return found?[.type] as? FileAttributeType == .typeDirectory
    }

    package func write(into folder: String) throws {
        try withDraft(in: folder) { _ in }
    }

    package func lock(in folder: String) throws {
        try withDraft(in: folder) { draft in
            let handle = try FileHandle(forUpdating: URL(fileURLWithPath: draft))
            defer { try? handle.close() }
            guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
        }
    }

    package func link(in folder: String) throws {
        let link = Self.draft(in: folder)
        defer { try? FileManager.default.removeItem(atPath: link) }
        do {
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: "nowhere")
        } catch { throw DiskError("make a symbolic link in", folder, error) }
    }

    package func space(of folder: String) -> DiskSpace? {
        guard let found = try? FileManager.default.attributesOfFileSystem(forPath: folder),
            let bytes = found[.systemFreeSize] as? NSNumber
        else { return nil }
        let all = (found[.systemNodes] as? NSNumber)?.intValue ?? 0
        let left = (found[.systemFreeNodes] as? NSNumber)?.intValue
        return DiskSpace(bytes: bytes.intValue, files: all > 0 ? left : nil)
    }

    private static func draft(in folder: String) -> String {
        "\(folder)/.cohort-\(UInt64.random(in: 0 ... .max))"
    }

    /// Writes a file, and removes it after `body`.
    private func withDraft(in folder: String, _ body: (String) throws -> Void) throws {
        let draft = Self.draft(in: folder)
        defer { try? FileManager.default.removeItem(atPath: draft) }
        do {
            try Data(count: 1 << 12).write(to: URL(fileURLWithPath: draft))
            try body(draft)
        } catch { throw DiskError("write", folder, error) }
    }
}

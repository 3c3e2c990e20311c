import Bytes
import Foundation

/// A folder that only this user may enter, such as that of the learners' socket files: the launcher
/// removes the files that a killed learner left.
public struct TemporaryFolder: Sendable {
    /// Below a longer path a socket's path would not fit into the system's 107 bytes.
    public static let longestParent = 50

    /// The path of the folder.
    public let path: String

    /// Makes the folder below `TMPDIR`, or below `/tmp` where that is too long.
    ///
    /// - Throws: ``DiskError`` where it cannot be made.
    public init(named name: String) throws(DiskError) {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        path = "\((1...Self.longestParent).contains(parent.utf8.count) ? parent : "/tmp")/\(name)"
        // Where it exists, a launcher of the same run was killed before it could remove the folder.
        remove()
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw DiskError(
                "create", path, "name a folder that can be written to by TMPDIR")
        }
    }

    /// Removes the folder with all that it holds.
    public func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

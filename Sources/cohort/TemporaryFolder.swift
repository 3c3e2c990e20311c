import Bytes
import Foundation
import Reporting

/// A folder that only this user may enter, such as for the learners' socket files: the launcher removes
/// what a learner that was killed could not.
struct TemporaryFolder {
    /// Below a longer one a socket's path would not fit into the system's 107 bytes.
    private static let longestParent = 50

    let path: String

    init(named name: String) throws {
        let parent = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        path = "\((1...Self.longestParent).contains(parent.utf8.count) ? parent : "/tmp")/\(name)"
        // A launcher that was killed left it, if it is there: this one goes on with the same run.
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

    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

import Foundation
import Glibc
import Reporting

/// Keeps a second process from writing where one writes; gone with the process, however it ends.
struct DirectoryLock {
    private let handle: FileHandle

    /// - Parameter patience: how long one that is about to end is waited for.
    /// - Throws: ``DiskError`` (74) where another process holds it, or it cannot be made.
    init(_ directory: String, patience: Duration = .zero) throws {
        let path = "\(directory)/lock"
        do {
            try Data().write(to: URL(fileURLWithPath: path))
            handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        } catch { throw DiskError("write", path, error) }
        let deadline = ContinuousClock.now + patience
        while flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else {
                throw DiskError(
                    "write", directory,
                    "another process writes there; wait until it has ended, or stop it")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
    }
}

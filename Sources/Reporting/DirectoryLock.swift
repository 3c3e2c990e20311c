import Bytes
import Foundation
import Glibc

/// Keeps a second process from writing into a directory; released when the process ends, however it
/// ends.
public struct DirectoryLock: Sendable {
    private let handle: FileHandle
    /// What is to be said where the disk has no locks, so that nothing is kept out; nil elsewhere.
    public let remark: String?

    /// How long an earlier start of the same learner, relay or run may take to end.
    public static let handover = Duration.seconds(10)

    /// - Parameters:
    ///   - patience: how long to wait for another process to release it.
    ///   - replaces: whether a process of this host that holds it is sent TERM: its launcher has
    ///     lost it, and started this process in its place.
    /// - Throws: ``DiskError`` (74) where another process holds it, or it cannot be made. On a
    ///   disk without locks nothing is thrown: see ``remark``.
    public init(
        _ directory: String, patience: Duration = .zero, replaces: Bool = false
    ) throws(DiskError) {
        let path = "\(directory)/lock"
        do {
            if !FileManager.default.fileExists(atPath: path) {
                try Data().write(to: URL(fileURLWithPath: path))
            }
            handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        } catch { throw DiskError("write", path, error) }
        let deadline = ContinuousClock.now + patience
        var holder = replaces ? Self.holder(by: handle) : nil
        var remark: String?
        while flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) != 0 {
            guard [EWOULDBLOCK, EINTR].contains(errno) else {
                remark =
                    "\(directory): its disk has no locks (\(DiskError.words(for: errno))); see to it"
                    + " that no other process uses the folder at the same time"
                break
            }
            if let process = holder { kill(process, SIGTERM) }
            holder = nil
            guard ContinuousClock.now < deadline else {
                throw DiskError(
                    "write", directory,
                    "another process writes there; wait until it has ended, or stop it")
            }
            Thread.sleep(forTimeInterval: 0.02)
        }
        self.remark = remark
        do {
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data("\(getpid()) \(Self.host)".utf8))
        } catch { throw DiskError("write", path, error) }
    }

    /// The process that a lock's file names, if it is one of this host.
    private static func holder(by handle: FileHandle) -> pid_t? {
        guard
            let text = try? handle.read(upToCount: 1024).map({ String(decoding: $0, as: UTF8.self) }
            )
        else { return nil }
        let words = text.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[1] == host, let process = pid_t(words[0]), process > 1
        else { return nil }
        return process
    }

    /// The name by which a lock's file names this host.
    static let host = ProcessInfo.processInfo.hostName
}

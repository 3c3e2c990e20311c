import Foundation

/// The process that took the lock of a folder last, found without touching the lock: a watcher that
/// tried it would keep out, for a moment, the process that is to have it.
struct LockHolder {
    /// The name of the process's host.
    let host: String
    /// Its number there.
    let process: Int32
    private let path: String

    /// Nil where the folder was never locked.
    init?(of folder: String) {
        path = "\(folder)/lock"
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        let words = String(decoding: data, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard words.count == 2, let number = Int32(words[0]) else { return nil }
        (process, host) = (number, String(words[1]))
    }

    /// Whether the process is one of this host, whose state can be known.
    var isOfThisHost: Bool { host == DirectoryLock.host }

    /// Whether the process still holds the lock: the kernel's table of locks names the process with
    /// the lock's file. A number that another process has by now is not taken for it.
    var isAlive: Bool {
        guard isOfThisHost,
            let attributes = try? FileManager.default.attributesOfItem(atPath: path),
            let file = (attributes[.systemFileNumber] as? NSNumber)?.uint64Value,
            let table = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
        else { return false }
        return table.split(separator: "\n").contains { line in
            // 3: FLOCK  ADVISORY  WRITE 31466 fe:00:16220263 0 EOF
            let words = line.split(separator: " ")
            return words.count > 5 && words[4] == "\(process)" && words[5].hasSuffix(":\(file)")
        }
    }
}

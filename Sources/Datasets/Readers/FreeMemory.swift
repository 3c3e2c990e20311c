import Limits

/// The memory that this process can have.
package enum FreeMemory {
    /// Bytes, by the system and by the limits of control groups; nil where neither is known.
    static var bytes: Int? {
        let files = SystemFiles()
        let free = files.value(of: "MemAvailable", in: "/proc/meminfo")
            .flatMap { $0.split(separator: " ").first }.flatMap { Int($0) }.map { $0 * 1024 }
        return [free, MemoryLimit.strictest(files)?.available].compactMap(\.self).min()
    }

    /// Refuses samples that memory cannot hold, before any is taken for them.
    ///
    /// - Parameters:
    ///   - size: bytes of them all.
    ///   - free: bytes; nil where they are not known.
    ///   - what: the samples, for the message.
    ///   - remedy: what to do.
    /// - Throws: ``DatasetError`` (78).
    package static func check(
        _ size: Int, of what: String, free: Int?, remedy: String
    ) throws(DatasetError) {
        guard let free, size > free else { return }
        throw DatasetError(
            .impossible,
            "\(what) take \(size >> 20) MiB, and \(free >> 20) MiB of memory are free; \(remedy)")
    }
}

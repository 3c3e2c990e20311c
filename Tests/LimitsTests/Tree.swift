import Foundation
import Limits

/// A made-up `/proc` and `/sys` of a process, in a folder that one test has to itself.
final class Tree: Sendable {
    let path: String

    /// - Parameter files: their text by their absolute paths.
    init(_ files: [String: String]) throws {
        path = FileManager.default.temporaryDirectory.path + "/limits-\(UUID().uuidString)"
        for (name, text) in files {
            let file = URL(fileURLWithPath: path + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Hands the files to `body`, and keeps them as long as it runs.
    func read<Result>(_ body: (SystemFiles) -> Result) -> Result {
        withExtendedLifetime(self) { body(SystemFiles(root: path)) }
    }

    /// A process of a cgroup v2 on a host with 16 processors.
    static func v2(
        group: String = "/a/b", root: String = "/", point: String = "/sys/fs/cgroup",
        _ more: [String: String]
    ) throws -> Tree {
        try Tree(
            [
                "/proc/self/cgroup": "0::\(group)\n",
                "/proc/self/mountinfo":
                    "22 1 0:20 / /proc rw,nosuid - proc proc rw\n"
                    + "30 23 0:26 \(root) \(point) rw,nosuid shared:4 - cgroup2 cgroup2 rw\n",
                "/sys/devices/system/cpu/online": "0-15\n",
                "/proc/self/status": "Name:\tcohort\nCpus_allowed_list:\t0-127\n",
            ].merging(more) { $1 })
    }

    /// A process of a cgroup v1, whose `cpu` and `cpuacct` are mounted together.
    static func v1(
        group: String, root: String = "/", _ more: [String: String]
    ) throws -> Tree {
        try Tree(
            [
                "/proc/self/cgroup":
                    "5:memory:\(group)\n4:cpu,cpuacct:\(group)\n3:cpuset:/\n0::/elsewhere\n",
                "/proc/self/mountinfo":
                    "31 30 0:27 \(root) /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup"
                    + " rw,cpu,cpuacct\n"
                    + "32 30 0:28 \(root) /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
                "/sys/devices/system/cpu/online": "0-7\n",
            ].merging(more) { $1 })
    }
}

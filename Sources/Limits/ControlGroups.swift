/// The control groups of this process, by the files of cgroup v1 and v2.
///
/// A limit holds for a group and everything below it, so that each level up to the root counts.
/// In a container the path of `/proc/self/cgroup` may be the host's, while the mount shows only
/// what lies below the container's own group: the root of the mount tells what to leave out.
public struct ControlGroups: Sendable {
    /// The version of the interface, which determines the names of its files.
    public enum Version: Sendable {
        case v1, v2
    }

    /// A group as a folder of control files.
    public struct Folder: Hashable, Sendable {
        /// The interface of its files.
        public let version: Version
        /// The absolute path.
        public let path: String
    }

    private let files: SystemFiles

    /// - Parameter files: where `/proc` and `/sys` lie.
    public init(_ files: SystemFiles) { self.files = files }

    /// The groups that limit this process, each before the one that contains it.
    ///
    /// - Parameter controller: `cpu` or `memory`.
    public func folders(for controller: String) -> [Folder] {
        let mounts = files.lines("/proc/self/mountinfo").compactMap { Mount($0) }
        return files.lines("/proc/self/cgroup").flatMap { line -> [Folder] in
            let parts = line.split(
                separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { return [] }
            let version: Version = parts[1].isEmpty ? .v2 : .v1
            guard version == .v2 || parts[1].split(separator: ",").contains(Substring(controller))
            else { return [] }
            let suitable = mounts.filter { mount in
                version == .v2
                    ? mount.kind == "cgroup2"
                    : mount.kind == "cgroup" && mount.options.contains(controller)
            }
            return Self.levels(of: String(parts[2]), in: suitable)
                .map { Folder(version: version, path: $0) }
        }
    }

    /// The folders from a group up to the root of its mount.
    private static func levels(of group: String, in mounts: [Mount]) -> [String] {
        let names = group.split(separator: "/")
        let fitting = mounts.filter { names.starts(with: $0.root) }
            .max { $0.root.count < $1.root.count }
        guard !names.contains(".."), let fitting else {
            // The group lies outside of what this process sees: the mount shows its own part.
            return mounts.first.map { [$0.point] } ?? []
        }
        let below = names.dropFirst(fitting.root.count)
        return (0...below.count).reversed().map { count in
            ([fitting.point] + below.prefix(count).map(String.init)).joined(separator: "/")
        }
    }
}

/// A line of `/proc/self/mountinfo`.
private struct Mount {
    /// The folder of the file system that is mounted, by its parts.
    let root: [Substring]
    /// Where it is mounted.
    let point: String
    /// The type of the file system.
    let kind: Substring
    /// The options of the file system itself, among them the controllers of cgroup v1.
    let options: Set<String>

    init?(_ line: Substring) {
        let words = line.split(separator: " ")
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count >= dash + 4 else {
            return nil
        }
        root = Self.unescaped(words[3]).split(separator: "/").map { Substring($0) }
        point = Self.unescaped(words[4])
        kind = words[dash + 1]
        options = Set(words[dash + 3].split(separator: ",").map(String.init))
    }

    /// The kernel writes spaces, tabs, line ends and backslashes as three octal digits.
    private static func unescaped(_ word: Substring) -> String {
        [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")]
            .reduce(String(word)) { $0.replacing($1.0, with: $1.1) }
    }
}

/// The memory that a control group may use.
public struct MemoryLimit: Hashable, Sendable {
    /// Bytes that the group may have.
    public let limit: Int
    /// Bytes of it that are free, or taken by file contents that the kernel can drop.
    public let available: Int
    /// The file with the limit.
    public let file: String

    /// The limit of this process' groups that leaves least; nil where there is none.
    public static func strictest(_ files: SystemFiles) -> MemoryLimit? {
        ControlGroups(files).folders(for: "memory").compactMap { MemoryLimit($0, files) }
            .min { $0.available < $1.available }
    }

    private init?(_ folder: ControlGroups.Folder, _ files: SystemFiles) {
        let names =
            folder.version == .v2
            ? ("memory.max", "memory.current", "inactive_file")
            : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        file = "\(folder.path)/\(names.0)"
        guard let limit = files.words(file).first.flatMap({ Int($0) }), limit < Self.unlimited
        else { return nil }
        let used = files.words("\(folder.path)/\(names.1)").first.flatMap { Int($0) } ?? 0
        let cached =
            files.value(of: names.2, in: "\(folder.path)/memory.stat").flatMap { Int($0) } ?? 0
        self.limit = limit
        available = max(0, limit - max(0, used - cached))
    }

    /// cgroup v1 writes "no limit" as the greatest number of whole pages.
    private static let unlimited = 1 << 60
}

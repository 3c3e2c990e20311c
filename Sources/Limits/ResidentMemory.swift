/// The physical memory of this process.
public enum ResidentMemory {
    /// The most that it ever had, in bytes; nil where the system does not say.
    public static func peak(_ files: SystemFiles = SystemFiles()) -> Int? {
        let words = files.value(of: "VmHWM", in: "/proc/self/status")?.split(separator: " ")
        return words?.first.flatMap { Int($0) }.map { $0 * 1024 }
    }
}

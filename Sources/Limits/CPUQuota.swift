/// The processor time that a control group may use.
public struct CPUQuota: Hashable, Sendable {
    /// Processors that could be busy all the time: 1.5 where a period of 100 ms allows 150 ms.
    public let processors: Double
    /// The file that says so.
    public let file: String

    /// The strictest quota of this process' groups; nil where there is none.
    public static func strictest(_ files: SystemFiles) -> CPUQuota? {
        ControlGroups(files).folders(for: "cpu").compactMap { CPUQuota($0, files) }
            .min { $0.processors < $1.processors }
    }

    private init?(_ folder: ControlGroups.Folder, _ files: SystemFiles) {
        let words: [Substring]
        switch folder.version {
        case .v2:
            file = "\(folder.path)/cpu.max"
            words = files.words(file)
        case .v1:
            file = "\(folder.path)/cpu.cfs_quota_us"
            words = files.words(file) + files.words("\(folder.path)/cpu.cfs_period_us")
        }
        // `max` and -1 stand for no limit.
        guard let quota = words.first.flatMap({ Double($0) }), quota > 0 else { return nil }
        let period = words.dropFirst().first.flatMap { Double($0) } ?? Self.usualPeriod
        guard period > 0 else { return nil }
        processors = quota / period
    }

    /// The kernel's default, in µs.
    private static let usualPeriod = 100_000.0
}

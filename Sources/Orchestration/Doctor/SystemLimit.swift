import Limits

/// A limit of this process, as `/proc/self/limits` lists it.
enum SystemLimit: String {
    case openFiles = "Max open files"
    case addressSpace = "Max address space"
    case processes = "Max processes"

    /// What holds now; nil where there is no limit.
    func soft(_ files: SystemFiles) -> Int? { values(files).first ?? nil }

    /// What the process may raise it to; nil where there is no limit.
    func hard(_ files: SystemFiles) -> Int? { values(files).dropFirst().first ?? nil }

    private func values(_ files: SystemFiles) -> [Int?] {
        let line = files.lines("/proc/self/limits").first { $0.hasPrefix(rawValue) }
        return (line?.dropFirst(rawValue.count) ?? "").split(whereSeparator: \.isWhitespace)
            .prefix(2).map { Int($0) }
    }
}

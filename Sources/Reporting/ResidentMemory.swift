import Foundation

/// The physical memory of this process.
public enum ResidentMemory {
    /// The most that it ever had, in bytes; nil where the system does not say.
    public static var peak: Int? {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return peak(in: status)
    }

    /// Reads the line `VmHWM: 1234 kB`.
    public static func peak(in status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let words = line?.split { $0 == " " || $0 == "\t" } ?? []
        return words.count == 3 ? Int(words[1]).map { $0 * 1024 } : nil
    }
}

import Foundation

/// Numbers of bytes for people.
enum Size {
    /// `1.5 GB`, in powers of ten.
    static func words(_ bytes: Int) -> String {
        switch Double(bytes) {
        case ..<1e6: String(format: "%.0f kB", (Double(bytes) / 1e3).rounded(.up))
        case ..<1e9: String(format: "%.0f MB", Double(bytes) / 1e6)
        default: String(format: "%.1f GB", Double(bytes) / 1e9)
        }
    }
}

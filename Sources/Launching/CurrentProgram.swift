import Foundation

/// The program that this process runs: what a launcher starts learners by, here and on other hosts.
public enum CurrentProgram {
    /// The version, which must be the same on all hosts of a run.
    public static let version = "0.1.0"

    /// The path of the executable file.
    public static var path: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }
}

import Foundation
import Glibc

/// The program that this process runs: what a launcher starts learners by, here and on other hosts.
public enum CurrentProgram {
    /// The version, which must be the same on all hosts of a run.
    public static let version = "0.1.0"

    /// The path that the executable file had when this process began.
    public static let path: String = {
        let path =
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
        return path.hasSuffix(removed) ? String(path.dropLast(removed.count)) : path
    }()

    /// The file that this process runs, which stays what it was when the file at ``path`` is
    /// replaced or removed: so all processes of a run are of one program.
    public static let image: String = {
        let image = "/proc/\(getpid())/exe"
        return FileManager.default.isExecutableFile(atPath: image) ? image : path
    }()

    /// Gives this process the program's name in lists of processes, where it was started from
    /// ``image``.
    public static func takeName() {
        let name = URL(fileURLWithPath: path).lastPathComponent
        // A name is a convenience.
        try? FileHandle(forWritingTo: URL(fileURLWithPath: "/proc/self/comm"))
            .write(contentsOf: Data(name.utf8.prefix(15)))
    }

    /// What the system adds to the path of a file that was removed.
    private static let removed = " (deleted)"
}

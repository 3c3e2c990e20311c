import Foundation
import Glibc

/// The standard streams of this process, which whoever started it may have closed.
public enum StandardStreams {
    /// The numbers of those that were closed when the process began, and are discarded now.
    ///
    /// To be read before any file is opened, which would take the number of a closed stream: then
    /// what is written for people would go into that file.
    public static let closed: Set<Int32> = Set(substitutes.keys)

    /// Whether what is written to standard error reaches anybody.
    public static var hasError: Bool { !closed.contains(STDERR_FILENO) }

    /// `/dev/null` in place of each closed stream, open for as long as the process lives.
    private static let substitutes: [Int32: FileHandle] = {
        var opened: [Int32: FileHandle] = [:]
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO]
        where fcntl(number, F_GETFD) == -1 {
            // The lowest number that is free is taken: this one.
            opened[number] = FileHandle(forUpdatingAtPath: "/dev/null")
        }
        return opened
    }()
}

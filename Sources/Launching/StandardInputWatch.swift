import Foundation

/// Detects the end of the launcher: it holds the other end of standard input and never writes, so
/// the input ends when the launcher does, even by `kill -9`.
public enum StandardInputWatch {
    /// Calls `handle` once, on a thread of its own, when standard input has ended.
    public static func start(_ handle: @escaping @Sendable () -> Void) {
        Thread.detachNewThread {
            while let bytes = try? FileHandle.standardInput.read(upToCount: 4096), !bytes.isEmpty {}
            handle()
        }
    }
}

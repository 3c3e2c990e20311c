/// Splits work over the threads that the caller was given.
///
/// The pieces are fixed by the shapes alone and results are combined in the pieces' order, so that
/// the number of threads never changes a bit.
public enum Parallel {
    @TaskLocal private static var count = 1

    /// How many threads the kernels use here: 1, or what ``withThreads(_:_:)`` gave.
    public static var threads: Int { count }

    /// Runs `body` with the kernels on a number of threads.
    ///
    /// The number holds for `body` and the child tasks that it starts, and nowhere else; a
    /// `Thread` or detached task that `body` starts begins with 1 again.
    ///
    /// - Precondition: `threads` is at least 1.
    public static func withThreads<Result>(
        _ threads: Int, _ body: () throws -> Result
    ) rethrows -> Result {
        precondition(threads >= 1, "at least one thread is needed")
        return try $count.withValue(threads, operation: body)
    }

    /// Calls `body` once for each piece, in any order and on any thread.
    static func forEach(_ pieces: Int, _ body: (Int) -> Void) {
        let helpers = pieces > 1 ? min(threads, pieces) - 1 : 0
        guard helpers > 0 else {
            for piece in 0..<pieces { body(piece) }
            return
        }
        Workers.shared.forEach(pieces, helpers: helpers, body)
    }

    /// Calls `body` with consecutive ranges that cover `0..<count`, each of about `size`.
    static func forRanges(_ count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        let pieces = max(1, (count + size - 1) / size)
        forEach(pieces) { piece in
            body(piece * count / pieces..<(piece + 1) * count / pieces)
        }
    }
}

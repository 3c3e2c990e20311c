import Synchronization

/// Splits work over the threads that this process was given.
///
/// The pieces are fixed by the shapes alone and results are combined in the pieces' order, so that
/// the number of threads never changes a bit.
public enum Parallel {
    private static let threadCount = Atomic<Int>(1)

    /// How many threads the kernels use.
    public static var threads: Int {
        get { threadCount.load(ordering: .relaxed) }
        set {
            precondition(newValue >= 1, "at least one thread is needed")
            threadCount.store(newValue, ordering: .relaxed)
        }
    }

    /// Calls `body` once for each piece, in any order and on any thread.
    static func forEach(_ pieces: Int, _ body: (Int) -> Void) {
        let helpers = min(threads, pieces) - 1
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

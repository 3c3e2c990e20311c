import Dispatch
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
        let workers = min(threads, pieces)
        guard workers > 1 else {
            for piece in 0..<pieces { body(piece) }
            return
        }
        withoutActuallyEscaping(body) { body in
            let work = UnsafeTransfer(body)
            DispatchQueue.concurrentPerform(iterations: workers) { worker in
                for piece in stride(from: worker, to: pieces, by: workers) { work.value(piece) }
            }
        }
    }

    /// Calls `body` with consecutive ranges that cover `0..<count`, each of about `size`.
    static func forRanges(_ count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        let pieces = max(1, (count + size - 1) / size)
        forEach(pieces) { piece in
            body(piece * count / pieces..<(piece + 1) * count / pieces)
        }
    }
}

/// Carries a value to threads that the caller waits for.
private struct UnsafeTransfer<Value>: @unchecked Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}

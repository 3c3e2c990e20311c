import Synchronization

/// Counts the event streams that are open, up to a bound: each takes a file, and work at every
/// change of the run.
final class OpenStreams: Sendable {
    /// One of them: it counts until it is released.
    final class Place: Sendable {
        private let streams: OpenStreams

        fileprivate init(_ streams: OpenStreams) { self.streams = streams }

        deinit { streams.count.withLock { $0 -= 1 } }
    }

    /// How many may be open.
    let most: Int
    private let count = Mutex(0)

    init(most: Int) { self.most = most }

    /// A place for one more stream; nil where there is none.
    func place() -> Place? {
        let isFree = count.withLock { count in
            guard count < most else { return false }
            count += 1
            return true
        }
        return isFree ? Place(self) : nil
    }
}

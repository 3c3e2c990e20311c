import Synchronization
import ZeroMQ

/// Who serves a learner's sockets: the training thread whenever it is here, and a thread of the
/// watch's own while that computes.
///
/// To hand a message from one thread to another costs as much as to send it to another process. So
/// the training thread sends and receives itself, and the watch leaves the sockets alone until it
/// has been away for a moment.
final class SocketWatch: Sendable {
    private struct Post {
        var loop: SocketLoop?
        /// When the training thread was here last.
        var lastAttended = Duration.zero - SocketWatch.moment
        /// The watch waits for something new about the sockets.
        var isOnDuty = false
    }

    private let post = Mutex(Post())
    private let driver: ExchangeDriver
    /// Wakes the watch.
    private let waker: Waker
    /// Wakes the training thread where it waits.
    private let bell: Waker
    /// So long the training thread may be away.
    private static let moment = Duration.milliseconds(20)
    /// So long the watch does not look whether the training thread has gone, where it found it
    /// here.
    private static let round = Duration.milliseconds(100)

    init(_ driver: ExchangeDriver) throws {
        self.driver = driver
        waker = try Waker()
        bell = try Waker()
    }

    /// Takes the sockets that `make` opens.
    func start(_ make: (_ bell: Waker) throws -> sending SocketLoop) throws {
        try post.withLock { $0.loop = try make(bell) }
    }

    /// For the training thread: does what there is to do, and serves the sockets until `isDone`.
    func attend(until isDone: () -> Bool) {
        post.withLock { post in
            guard let loop = post.loop else { return }
            do {
                try loop.work()
                while !isDone() { try loop.turn() }
            } catch { driver.handle([.cancel(.unexpected(error))]) }
            post.lastAttended = driver.now
            if post.isOnDuty {
                post.isOnDuty = false
                waker.wake()
            }
        }
    }

    /// For the training thread: has what there is to do done in a moment.
    func remind() {
        // Before it is on duty the watch looks what there is to do.
        if post.withLock({ $0.isOnDuty }) { waker.wake() }
    }

    /// Has the training thread look whether what it waits for is there.
    func ring() { bell.wake() }

    /// Has the watch send what is left, close the sockets and end.
    func close() {
        driver.close()
        waker.wake()
    }

    /// For the watch's thread: until the exchange is closed.
    func run() {
        while let next = watch() { waker.wait(orFor: next.descriptors, atMost: next.limit) }
    }

    /// Serves the sockets, if nobody else does.
    ///
    /// - Returns: what to wait for next, and how long; nil at the end.
    private func watch() -> (descriptors: [Int32], limit: Duration)? {
        let next = post.withLockIfAvailable { post -> (descriptors: [Int32], limit: Duration)? in
            guard let loop = post.loop else { return nil }
            post.isOnDuty = false
            let rest = post.lastAttended + Self.moment - driver.now
            guard driver.isClosing || rest <= .zero else { return ([], rest) }
            do {
                if let limit = try loop.serve() {
                    post.isOnDuty = true
                    return (loop.descriptors, limit)
                }
            } catch { driver.handle([.cancel(.unexpected(error))]) }
            post.loop = nil
            return nil
        }
        // Who waited for the training thread would be woken at each of its steps.
        return next ?? ([], Self.round)
    }
}

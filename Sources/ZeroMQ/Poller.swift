import CZeroMQ
import Glibc

/// Ends a ``Poller``'s wait from any thread: a byte through a pipe of its own.
public final class Waker: Sendable {
    let descriptor: Int32
    private let writing: Int32

    /// A waker that nobody has used yet.
    ///
    /// - Throws: ``ZeroMQError`` where the system refuses it.
    public init() throws(ZeroMQError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw ZeroMQError(code: errno, attempt: "make a pipe") }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (descriptor, writing) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writing)
    }

    /// Wakes the wait under way, or the next one. A full pipe is a wake already on its way.
    public func wake() {
        var byte: UInt8 = 0
        while write(writing, &byte, 1) < 0, errno == EINTR {}
    }

    /// Waits until the waker is used, something about sockets of these descriptors is new, a signal
    /// arrives, or the time is up. The sockets themselves are left alone.
    public func wait(orFor descriptors: [Int32] = [], atMost limit: Duration) {
        var items = ([descriptor] + descriptors).map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        let ready = poll(&items, nfds_t(items.count), max(limit, .zero).wholeMilliseconds)
        if ready > 0, items[0].revents != 0 { clear() }
    }

    func clear() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(descriptor, buffer.baseAddress, 64) < 0, errno == EINTR {}
        }
    }
}

/// Waits for several sockets of the calling thread, and for a ``Waker``.
///
/// It asks a socket how it stands only where that may have changed, while `zmq_poll` asks each of
/// them twice a wait.
public struct Poller {
    private var sockets: [Socket] = []
    private var wanted: [Int32] = []
    /// The waker's and the sockets'.
    private var items: [pollfd]
    private let waker: Waker

    /// A poller without sockets, which `waker` can wake.
    public init(waker: Waker) {
        self.waker = waker
        items = [pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)]
    }

    /// Watches a socket; its place among the results is the order of these calls.
    public mutating func add(_ socket: Socket) {
        sockets.append(socket)
        wanted.append(ZMQ_POLLIN)
        items.append(pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0))
    }

    /// By which another thread can wait for something new about the sockets.
    public var descriptors: [Int32] { sockets.map(\.descriptor) }

    /// Whether to wake also when the socket at `index` can send.
    public mutating func watchSending(_ watched: Bool, at index: Int) {
        let events = watched ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN
        if events != wanted[index] { sockets[index].isSettled = false }
        wanted[index] = events
    }

    /// Waits until a socket is ready, the waker is used, a signal arrives, or the time is up.
    ///
    /// - Returns: the indices of the sockets that can be read or, where watched, written.
    public mutating func wait(atMost limit: Duration) throws(ZeroMQError) -> [Int] {
        let ready = try ready { !sockets[$0].isSettled }
        guard ready.isEmpty else { return ready }
        let deadline = ContinuousClock.now + limit
        repeat {
            let rest = max(deadline - .now, .zero)
            guard poll(&items, nfds_t(items.count), rest.wholeMilliseconds) >= 0 else {
                guard errno == EINTR else { throw ZeroMQError(code: errno, attempt: "poll") }
                return []
            }
            let isWoken = items[0].revents != 0
            if isWoken { waker.clear() }
            // A signal means that something about a socket is new, not what.
            let ready = try self.ready { items[$0 + 1].revents != 0 }
            if isWoken || !ready.isEmpty { return ready }
        } while ContinuousClock.now < deadline
        return []
    }

    /// Those of some sockets that can do what is wanted of them.
    private func ready(_ isAsked: (Int) -> Bool) throws(ZeroMQError) -> [Int] {
        var ready: [Int] = []
        for index in sockets.indices where isAsked(index) {
            if try sockets[index].events() & wanted[index] != 0 { ready.append(index) }
        }
        return ready
    }
}

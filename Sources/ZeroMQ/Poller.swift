import CZeroMQ
import Glibc

/// Ends a ``Poller``'s wait from any thread: a byte through a pipe of its own.
public final class Waker: Sendable {
    let descriptor: Int32
    private let writing: Int32

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

    func clear() {
        withUnsafeTemporaryAllocation(byteCount: 64, alignment: 1) { buffer in
            while read(descriptor, buffer.baseAddress, 64) < 0, errno == EINTR {}
        }
    }
}

/// Waits for several sockets of the calling thread, and for a ``Waker``.
public struct Poller {
    private var sockets: [Socket] = []
    private var items: [zmq_pollitem_t]
    private let waker: Waker

    public init(waker: Waker) {
        self.waker = waker
        items = [Self.item(nil, descriptor: waker.descriptor, events: ZMQ_POLLIN)]
    }

    /// Watches a socket; its place among the results is the order of these calls.
    public mutating func add(_ socket: Socket) {
        sockets.append(socket)
        items.append(Self.item(socket.handle, descriptor: 0, events: ZMQ_POLLIN))
    }

    /// Whether to wake also when the socket at `index` can send.
    public mutating func watchSending(_ watched: Bool, at index: Int) {
        items[index + 1].events = Int16(watched ? ZMQ_POLLIN | ZMQ_POLLOUT : ZMQ_POLLIN)
    }

    /// Waits until a socket is ready, the waker is used, a signal arrives, or the time is up.
    ///
    /// - Returns: the indices of the sockets that can be read or, where watched, written.
    public mutating func wait(atMost limit: Duration) throws(ZeroMQError) -> [Int] {
        let ready = zmq_poll(&items, Int32(items.count), Int(max(limit, .zero).wholeMilliseconds))
        guard ready >= 0 else {
            if zmq_errno() == EINTR { return [] }
            throw .last("poll")
        }
        if items[0].revents != 0 { waker.clear() }
        return sockets.indices.filter { items[$0 + 1].revents != 0 }
    }

    private static func item(
        _ socket: UnsafeMutableRawPointer?, descriptor: Int32, events: Int32
    ) -> zmq_pollitem_t {
        zmq_pollitem_t(socket: socket, fd: descriptor, events: Int16(events), revents: 0)
    }
}

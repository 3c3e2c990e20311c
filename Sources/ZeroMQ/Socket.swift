import CZeroMQ
import Glibc

/// A ROUTER or DEALER socket.
///
/// One thread uses it at a time: libzmq's sockets are not safe to share, and the compiler sees to
/// it, as the class is not `Sendable`. No call blocks; ``Poller`` does the waiting.
public final class Socket {
    /// The patterns in use: see the guide's chapter 3, <https://zguide.zeromq.org/docs/chapter3/>.
    public enum Pattern: Int32, Sendable {
        case dealer = 5
        case router = 6
    }

    /// What became of a message handed to ``send(_:)``.
    public enum Outcome: Sendable {
        case sent
        /// The queue is at its high-water mark, or there is no connection yet.
        case full
        /// A router has no connection of that routing id.
        case unroutable
    }

    let handle: UnsafeMutableRawPointer
    /// Readable when something about the socket is new: once for each such change, and not where a
    /// call on the socket has taken note of it already.
    let descriptor: Int32
    /// No call was made on the socket since it was found to have nothing new.
    var isSettled = false
    private let context: Context

    /// A socket of a context that is neither bound nor connected.
    ///
    /// - Throws: ``ZeroMQError`` where the context has no room for it.
    public init(_ pattern: Pattern, in context: Context) throws(ZeroMQError) {
        guard let handle = zmq_socket(context.handle, pattern.rawValue) else {
            throw .last("open a \(pattern) socket")
        }
        self.handle = handle
        self.context = context
        var descriptor: Int32 = -1
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(handle, ZMQ_FD, &descriptor, &size)
        self.descriptor = descriptor
        linger = .zero
    }

    deinit { zmq_close(handle) }

    /// Listens at an endpoint such as `tcp://127.0.0.1:*`; see ``lastEndpoint`` for what it became.
    public func bind(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_bind(handle, endpoint) == 0 else { throw .last("bind \(endpoint)") }
    }

    /// Connects, and reconnects for as long as the socket lives.
    public func connect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_connect(handle, endpoint) == 0 else { throw .last("connect to \(endpoint)") }
    }

    /// Closes a connection made by ``connect(_:)``; what is queued for it is lost.
    public func disconnect(_ endpoint: String) throws(ZeroMQError) {
        guard zmq_disconnect(handle, endpoint) == 0 else {
            throw .last("disconnect from \(endpoint)")
        }
    }

    /// Queues a multipart message whole, or not at all; never blocks.
    ///
    /// - Parameter route: of the receiver, where the socket is a router.
    public func send(
        _ message: OutgoingMessage, to route: [UInt8]? = nil
    ) throws(ZeroMQError) -> Outcome {
        isSettled = false
        if let route {
            var address = zmq_msg_t(route)
            let outcome = try send(&address, isLast: false)
            guard outcome == .sent else { return outcome }
        }
        for index in message.frames.indices {
            var frame = zmq_msg_t()
            zmq_msg_init(&frame)
            zmq_msg_copy(&frame, &message.frames[index])
            let outcome = try send(&frame, isLast: index + 1 == message.frames.count)
            guard outcome == .sent else { return outcome }
        }
        return .sent
    }

    /// Sends frames to one receiver.
    ///
    /// A router's first frame is the routing id of the receiver, and is not sent.
    public func send(_ frames: [[UInt8]]) throws(ZeroMQError) -> Outcome {
        try send(OutgoingMessage(frames))
    }

    /// Only the first frame of a message can be refused.
    private func send(_ frame: inout zmq_msg_t, isLast: Bool) throws(ZeroMQError) -> Outcome {
        let flags = ZMQ_DONTWAIT | (isLast ? 0 : ZMQ_SNDMORE)
        guard retryingInterrupts({ zmq_msg_send(&frame, handle, flags) }) < 0 else { return .sent }
        let code = zmq_errno()
        zmq_msg_close(&frame)
        switch code {
        case EAGAIN: return .full
        case EHOSTUNREACH: return .unroutable
        default: throw ZeroMQError(code: code, attempt: "send")
        }
    }

    /// The next multipart message, `nil` if there is none now.
    ///
    /// A router puts the sender's routing id first. A frame is as long as the sender made it, up to
    /// ``maximumFrameBytes``.
    public func receive() throws(ZeroMQError) -> [[UInt8]]? {
        try receiveMessage { _ in }
    }

    /// As ``receive()``, with the name by which a ``Gatekeeper`` let the sender in; nil where none
    /// did.
    public func receiveFromUser() throws(ZeroMQError) -> (frames: [[UInt8]], user: String?)? {
        var user: String?
        let frames = try receiveMessage { message in
            user = zmq_msg_gets(&message, "User-Id").map { String(cString: $0) }
        }
        return frames.map { ($0, user) }
    }

    /// - Parameter look: is shown the last frame.
    private func receiveMessage(
        _ look: (inout zmq_msg_t) -> Void
    ) throws(ZeroMQError) -> [[UInt8]]? {
        isSettled = false
        var frames: [[UInt8]] = []
        var isWhole = false
        while !isWhole {
            var message = zmq_msg_t()
            zmq_msg_init(&message)
            defer { zmq_msg_close(&message) }
            guard retryingInterrupts({ zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) }) >= 0 else {
                guard zmq_errno() == EAGAIN else { throw .last("receive") }
                return nil
            }
            isWhole = zmq_msg_more(&message) == 0
            if isWhole { look(&message) }
            frames.append(
                [UInt8](
                    UnsafeRawBufferPointer(
                        start: zmq_msg_data(&message), count: zmq_msg_size(&message))))
        }
        return frames
    }

    /// What the socket can do now.
    func events() throws(ZeroMQError) -> Int32 {
        let events = try integer(ZMQ_EVENTS)
        isSettled = events & ZMQ_POLLIN == 0
        return events
    }
}

/// Calls until the call ends otherwise than by a signal's arrival.
func retryingInterrupts(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result >= 0 || zmq_errno() != EINTR { return result }
    }
}

import CZeroMQ
import Glibc

/// A ROUTER or DEALER socket.
///
/// It belongs to the thread that made it: libzmq's sockets are not safe to share, and the compiler
/// sees to it, as the class is not `Sendable`. No call blocks; ``Poller`` does the waiting.
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
        /// A router knows no connection of that routing id.
        case unroutable
    }

    let handle: UnsafeMutableRawPointer
    private let context: Context

    public init(_ pattern: Pattern, in context: Context) throws(ZeroMQError) {
        guard let handle = zmq_socket(context.handle, pattern.rawValue) else {
            throw .last("open a \(pattern) socket")
        }
        self.handle = handle
        self.context = context
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
    /// A router's first frame is the routing id of the receiver, and is not sent.
    public func send(_ frames: [[UInt8]]) throws(ZeroMQError) -> Outcome {
        for (index, frame) in frames.enumerated() {
            let more = index + 1 < frames.count ? ZMQ_SNDMORE : 0
            let sent = frame.withUnsafeBytes { bytes in
                retryingInterrupts {
                    zmq_send(handle, bytes.baseAddress, bytes.count, ZMQ_DONTWAIT | more)
                }
            }
            if sent >= 0 { continue }
            switch zmq_errno() {
            case EAGAIN: return .full
            case EHOSTUNREACH: return .unroutable
            default: throw .last("send")
            }
        }
        return .sent
    }

    /// The next multipart message, `nil` if there is none now.
    ///
    /// A router puts the sender's routing id first. A frame is as long as the sender made it, up to
    /// ``maximumFrameBytes``.
    public func receive() throws(ZeroMQError) -> [[UInt8]]? {
        try receiveMessage { _ in }
    }

    /// As ``receive()``, with the name by which a ``Gatekeeper`` let the sender in; nil where none did.
    public func receiveFromUser() throws(ZeroMQError) -> (frames: [[UInt8]], user: String?)? {
        var user: String?
        let frames = try receiveMessage { message in
            user = zmq_msg_gets(&message, "User-Id").map { String(cString: $0) }
        }
        return frames.map { ($0, user) }
    }

    private func receiveMessage(
        _ look: (inout zmq_msg_t) -> Void
    ) throws(ZeroMQError) -> [[UInt8]]? {
        var frames: [[UInt8]] = []
        repeat {
            guard let frame = try receiveFrame(look) else { return nil }
            frames.append(frame)
        } while try integer(ZMQ_RCVMORE) != 0
        return frames
    }

    private func receiveFrame(
        _ look: (inout zmq_msg_t) -> Void
    ) throws(ZeroMQError) -> [UInt8]? {
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        guard retryingInterrupts({ zmq_msg_recv(&message, handle, ZMQ_DONTWAIT) }) >= 0 else {
            guard zmq_errno() == EAGAIN else { throw .last("receive") }
            return nil
        }
        let bytes = UnsafeRawBufferPointer(
            start: zmq_msg_data(&message), count: zmq_msg_size(&message))
        look(&message)
        return [UInt8](bytes)
    }
}

/// Calls until the call ends otherwise than by a signal's arrival.
func retryingInterrupts(_ call: () -> Int32) -> Int32 {
    while true {
        let result = call()
        if result >= 0 || zmq_errno() != EINTR { return result }
    }
}

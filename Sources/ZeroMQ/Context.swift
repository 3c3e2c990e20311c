import CZeroMQ
import Glibc

/// A libzmq context: the I/O thread, and what its sockets share. Any thread may use it.
///
/// When the last reference goes, the context waits for its sockets' unsent messages, each bounded
/// by its socket's ``Socket/linger``.
public final class Context: @unchecked Sendable {
    let handle: UnsafeMutableRawPointer

    /// - Parameter maximumSockets: the number of sockets that may be open at a time.
    /// - Throws: ``UnsuitableLibrary`` for a libzmq with known holes, ``ZeroMQError`` otherwise.
    public init(maximumSockets: Int = 1023) throws {
        try LibraryVersion.loaded.requireAccepted()
        guard let handle = zmq_ctx_new() else { throw ZeroMQError.last("make a context") }
        self.handle = handle
        zmq_ctx_set(handle, ZMQ_BLOCKY, 0)
        guard zmq_ctx_set(handle, ZMQ_MAX_SOCKETS, Int32(clamping: maximumSockets)) == 0 else {
            throw ZeroMQError.last("allow \(maximumSockets) sockets")
        }
    }

    deinit {
        while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
    }
}

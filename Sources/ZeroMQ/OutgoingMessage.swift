import CZeroMQ

/// The frames of a message, in libzmq's memory: however many receive it, they are copied once.
public final class OutgoingMessage {
    var frames: [zmq_msg_t]

    /// A message of these frames.
    public init(_ frames: [[UInt8]]) {
        self.frames = frames.map { zmq_msg_t($0) }
    }

    deinit {
        for index in frames.indices { zmq_msg_close(&frames[index]) }
    }
}

extension zmq_msg_t {
    /// - Precondition: there is memory for it.
    init(_ bytes: [UInt8]) {
        self.init()
        precondition(
            zmq_msg_init_size(&self, bytes.count) == 0, "no memory for \(bytes.count) bytes")
        bytes.withUnsafeBytes { source in
            if let start = source.baseAddress {
                zmq_msg_data(&self).copyMemory(from: start, byteCount: source.count)
            }
        }
    }
}

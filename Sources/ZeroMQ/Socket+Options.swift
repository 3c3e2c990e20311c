import CZeroMQ

/// How a connection proves that it lives; on the wire these are ZMTP's PING and PONG.
public struct Heartbeat: Hashable, Sendable {
    /// Between pings.
    public var interval: Duration
    /// Without an answer for this long the connection is closed.
    public var timeout: Duration
    /// How long the other side waits before it closes; counted in tenths of a second.
    public var timeToLive: Duration

    public init(interval: Duration, timeout: Duration, timeToLive: Duration) {
        self.interval = interval
        self.timeout = timeout
        self.timeToLive = timeToLive
    }
}

/// Options act on the connections that are made after they are set.
extension Socket {
    /// How long a closed socket's unsent messages may keep its context alive. Zero by default.
    public var linger: Duration {
        get { milliseconds(ZMQ_LINGER) }
        set { set(ZMQ_LINGER, newValue) }
    }

    /// Messages, not bytes, that may wait to be sent on one connection.
    public var sendHighWaterMark: Int {
        get { read(ZMQ_SNDHWM) }
        set { set(ZMQ_SNDHWM, Int32(clamping: newValue)) }
    }

    /// Messages, not bytes, that may wait to be received from one connection.
    public var receiveHighWaterMark: Int {
        get { read(ZMQ_RCVHWM) }
        set { set(ZMQ_RCVHWM, Int32(clamping: newValue)) }
    }

    /// A peer that announces a longer frame is disconnected before anything is allocated.
    public var maximumFrameBytes: Int {
        get {
            var value: Int64 = 0
            var size = MemoryLayout<Int64>.size
            zmq_getsockopt(handle, ZMQ_MAXMSGSIZE, &value, &size)
            return Int(value)
        }
        set {
            var value = Int64(newValue)
            let status = zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &value, MemoryLayout<Int64>.size)
            precondition(status == 0, "option \(ZMQ_MAXMSGSIZE) refuses \(newValue)")
        }
    }

    /// Sends pings, and expects answers; zero, the default, for none.
    ///
    /// libzmq 4.3.4 aborts the process (assertion `!_io_error`) where a ping falls due on a
    /// connection that its peer has closed and whose input nobody takes in, as happens while a
    /// socket lingers. A protocol with signs of life of its own does better without.
    public var heartbeat: Heartbeat {
        get {
            Heartbeat(
                interval: milliseconds(ZMQ_HEARTBEAT_IVL),
                timeout: milliseconds(ZMQ_HEARTBEAT_TIMEOUT),
                timeToLive: milliseconds(ZMQ_HEARTBEAT_TTL))
        }
        set {
            set(ZMQ_HEARTBEAT_IVL, newValue.interval)
            set(ZMQ_HEARTBEAT_TIMEOUT, newValue.timeout)
            set(ZMQ_HEARTBEAT_TTL, newValue.timeToLive)
        }
    }

    /// A connection that has not greeted within this time is closed.
    public var handshakeLimit: Duration {
        get { milliseconds(ZMQ_HANDSHAKE_IVL) }
        set { set(ZMQ_HANDSHAKE_IVL, newValue) }
    }

    /// The first pause before a connection is tried again.
    public var reconnectPause: Duration {
        get { milliseconds(ZMQ_RECONNECT_IVL) }
        set { set(ZMQ_RECONNECT_IVL, newValue) }
    }

    /// The pause doubles with each failure, up to this.
    public var longestReconnectPause: Duration {
        get { milliseconds(ZMQ_RECONNECT_IVL_MAX) }
        set { set(ZMQ_RECONNECT_IVL_MAX, newValue) }
    }

    /// Whether a router reports a message that cannot be routed, rather than dropping it silently.
    public var isMandatory: Bool {
        get { read(ZMQ_ROUTER_MANDATORY) != 0 }
        set { set(ZMQ_ROUTER_MANDATORY, newValue ? 1 : 0) }
    }

    /// Messages are queued on established connections alone.
    public var isImmediate: Bool {
        get { read(ZMQ_IMMEDIATE) != 0 }
        set { set(ZMQ_IMMEDIATE, newValue ? 1 : 0) }
    }

    /// Connections that may wait to be accepted.
    public var backlog: Int {
        get { read(ZMQ_BACKLOG) }
        set { set(ZMQ_BACKLOG, Int32(clamping: newValue)) }
    }

    /// Allows IPv6 addresses.
    public var allowsIPv6: Bool {
        get { read(ZMQ_IPV6) != 0 }
        set { set(ZMQ_IPV6, newValue ? 1 : 0) }
    }

    /// Where the last bind or connect ended up, wildcards resolved: `tcp://127.0.0.1:40001`.
    public var lastEndpoint: String {
        var size = 1024
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            let status = zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, buffer.baseAddress, &size)
            count = status == 0 ? max(size - 1, 0) : 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func integer(_ option: Int32) throws(ZeroMQError) -> Int32 {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        guard zmq_getsockopt(handle, option, &value, &size) == 0 else {
            throw .last("read option \(option)")
        }
        return value
    }

    private func read(_ option: Int32) -> Int {
        var value: Int32 = 0
        var size = MemoryLayout<Int32>.size
        zmq_getsockopt(handle, option, &value, &size)
        return Int(value)
    }

    private func milliseconds(_ option: Int32) -> Duration { .milliseconds(read(option)) }

    private func set(_ option: Int32, _ value: Duration) {
        set(option, value.wholeMilliseconds)
    }

    /// The options above take any sensible value: a refusal is a bug.
    private func set(_ option: Int32, _ value: Int32) {
        var value = value
        let status = zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
        precondition(status == 0, "option \(option) refuses \(value)")
    }
}

extension Duration {
    /// Rounded up, so that a wait never ends before its time.
    var wholeMilliseconds: Int32 {
        let (seconds, attoseconds) = components
        let milliseconds = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        return Int32(clamping: seconds * 1000 + milliseconds)
    }
}

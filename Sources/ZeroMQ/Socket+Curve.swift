import CZeroMQ

/// CURVE: who is at the other end, and nobody else reads along. Set before ``bind(_:)`` or
/// ``connect(_:)``; who may connect to a server is a ``Gatekeeper``'s decision.
extension Socket {
    /// libzmq has the option since 4.3.0, but not in every release's header.
    private static let enforceDomain: Int32 = 93

    /// Asks every connection for CURVE and lets the context's ``Gatekeeper`` decide about it; where
    /// there is none, nobody is let in.
    ///
    /// The domain and its enforcement go together: libzmq 4.3.4 lets any key in where either is
    /// missing.
    ///
    /// - Parameter domain: what the gatekeeper is asked about; not empty.
    public func serveCurve(_ keys: CurveKeyPair, domain: String) throws(ZeroMQError) {
        precondition(!domain.isEmpty, "without a domain nobody would be asked")
        try set(ZMQ_ZAP_DOMAIN, Array(domain.utf8), "set a ZAP domain")
        try setFlag(Self.enforceDomain, "enforce the ZAP domain")
        try setFlag(ZMQ_CURVE_SERVER, "serve CURVE")
        try set(ZMQ_CURVE_SECRETKEY, keys.secretKey.bytes, "set a secret key")
    }

    /// Has the context's ``Gatekeeper``, an open one, asked about every connection to a plain
    /// socket.
    ///
    /// libzmq then refuses ZMTP 1 and 2, of whom nothing can be asked. That is what it is for:
    /// 4.3.4 ends the process where such a stranger greets a socket that is just being closed.
    ///
    /// - Parameter domain: what the gatekeeper is asked about; not empty.
    public func servePlain(domain: String) throws(ZeroMQError) {
        precondition(!domain.isEmpty, "without a domain nobody would be asked")
        try set(ZMQ_ZAP_DOMAIN, Array(domain.utf8), "set a ZAP domain")
        try setFlag(Self.enforceDomain, "enforce the ZAP domain")
    }

    /// Connects to nobody but the holder of `serverKey`'s secret, as the holder of `keys`.
    public func useCurve(_ keys: CurveKeyPair, toward serverKey: CurveKey) throws(ZeroMQError) {
        try set(ZMQ_CURVE_SERVERKEY, serverKey.bytes, "set a server's key")
        try set(ZMQ_CURVE_PUBLICKEY, keys.publicKey.bytes, "set a public key")
        try set(ZMQ_CURVE_SECRETKEY, keys.secretKey.bytes, "set a secret key")
    }

    private func set(
        _ option: Int32, _ bytes: [UInt8], _ attempt: String
    ) throws(ZeroMQError) {
        guard zmq_setsockopt(handle, option, bytes, bytes.count) == 0 else { throw .last(attempt) }
    }

    private func setFlag(_ option: Int32, _ attempt: String) throws(ZeroMQError) {
        var value: Int32 = 1
        guard zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw .last(attempt)
        }
    }
}

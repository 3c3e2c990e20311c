import ZeroMQ

/// A bound ROUTER, where it can be reached, and the directory of its socket file.
final class Inbox {
    let socket: Socket
    let address: String
    var admission: Admission
    private let directory: PrivateDirectory?

    /// To be watched by a poller: what comes in, and who asks to be let in.
    var sockets: [Socket] { [socket, admission.socket] }

    /// - Parameters:
    ///   - keys: by which it proves who it is, and asks the same of others; nil for a plain one.
    ///   - notice: called with whom it refuses.
    init(
        _ endpoint: Endpoint, in context: Context, keys: CurveKeyPair?, domain: String,
        limits: ExchangeLimits, notice: @escaping @Sendable (String) -> Void
    ) throws {
        // The gatekeeper is there before anybody can ask.
        admission = try Admission(keys: keys, domain: domain, in: context, notice: notice)
        socket = try Socket(.router, in: context)
        if let keys {
            try socket.serveCurve(keys, domain: domain)
        } else {
            try socket.servePlain(domain: domain)
        }
        socket.isMandatory = true
        socket.backlog = 1024
        socket.configure(limits)
        socket.sendHighWaterMark = Socket.answers
        switch endpoint {
        case .tcp(let named, let port, let advertised):
            directory = nil
            let host = try BindAddress.resolve(named)
            BindAddress.remark(on: named, resolvedTo: host).map(notice)
            socket.allowsIPv6 = host.contains(":")
            try Self.bind(
                socket, "tcp://\(host):\(port.map(String.init) ?? "*")",
                "name an address of this host by exchange.host, and a port that is free")
            address = Self.advertise(socket.lastEndpoint, as: advertised)
        case .ipc(let parent):
            let directory = try PrivateDirectory(under: parent, for: "inbox")
            self.directory = directory
            address = "ipc://\(directory.path)/inbox"
            try Self.bind(
                socket, address,
                "have TMPDIR name a folder on a disk that can hold sockets, such as /tmp, or use"
                    + " exchange.transport=tcp")
        }
    }

    deinit { directory?.remove() }

    private static func bind(
        _ socket: Socket, _ address: String, _ remedy: String
    ) throws(ExchangeFailure) {
        do { try socket.bind(address) } catch {
            throw ExchangeFailure(exitCode: .unavailable, message: "\(error); \(remedy)")
        }
    }

    private static func advertise(_ bound: String, as host: String?) -> String {
        guard let host, let colon = bound.lastIndex(of: ":") else { return bound }
        return "tcp://\(host)\(bound[colon...])"
    }
}

extension Socket {
    /// A DEALER that connects to an inbox.
    ///
    /// `isImmediate` stays off. It guards sockets with several connections against queueing for a
    /// dead one; this has one. And where it is on, libzmq 4.3.4 drops what has arrived but was not
    /// read yet when the other side disconnects: the last words of a learner that ends.
    static func connection(
        to address: String, in context: Context, curve: CurveConnection?, limits: ExchangeLimits
    ) throws -> Socket {
        let socket = try Socket(.dealer, in: context)
        if let curve { try socket.useCurve(curve.keys, toward: curve.server) }
        socket.allowsIPv6 = address.contains("[")
        socket.configure(limits)
        socket.receiveHighWaterMark = Socket.answers
        do { try socket.connect(address) } catch {
            throw ExchangeFailure(
                exitCode: .unavailable, message: "\(error); an address looks like tcp://host:port")
        }
        return socket
    }

    /// How many answers may be under way from an inbox, each of a few hundred bytes. One that is
    /// lost for want of room is repeated only at the next beat.
    fileprivate static let answers = 1000

    /// What inboxes and connections have in common.
    ///
    /// ZMTP's heartbeats stay off: every learner gives signs of life itself, TCP repeats what a
    /// network loses for a while, and a heartbeat that fails loses what was under way. See also
    /// ``Socket/heartbeat``.
    fileprivate func configure(_ limits: ExchangeLimits) {
        linger = .seconds(1)
        handshakeLimit = .seconds(4)
        reconnectPause = .milliseconds(200)
        longestReconnectPause = .seconds(10)
        maximumFrameBytes = limits.messageBytes
        // The window bounds what is under way: two rounds and an evaluation a step, and the end.
        sendHighWaterMark = limits.window * 4
        receiveHighWaterMark = limits.window * 4
    }
}

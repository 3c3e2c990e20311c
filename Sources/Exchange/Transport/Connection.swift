import ZeroMQ

/// A DEALER with what it could not send yet.
struct Connection {
    let socket: Socket
    /// Its place among the poller's sockets.
    let place: Int
    private var address: String
    private var waiting: [OutgoingMessage] = []

    init(
        to address: String, in context: Context, curve: CurveConnection?, limits: ExchangeLimits,
        place: Int
    ) throws {
        socket = try Socket.connection(to: address, in: context, curve: curve, limits: limits)
        self.address = address
        self.place = place
    }

    /// Turns to a receiver that has started again elsewhere; what waits is for its forerunner.
    mutating func redirect(to address: String) throws {
        try socket.disconnect(self.address)
        try socket.connect(address)
        self.address = address
        waiting = []
    }

    /// Whether messages wait for the socket.
    var isBlocked: Bool { !waiting.isEmpty }

    /// Sends, now or when the socket can. Repeated messages are not kept twice.
    mutating func send(_ message: OutgoingMessage, isRepeated: Bool) throws {
        if waiting.isEmpty, try socket.send(message) == .sent { return }
        if isRepeated, isBlocked { return }
        waiting.append(message)
    }

    mutating func flush() throws {
        while let first = waiting.first, try socket.send(first) == .sent {
            waiting.removeFirst()
        }
    }
}

extension Content {
    /// It is repeated at every beat, until that is no longer needed.
    var isRepeated: Bool {
        switch self {
        case .hello, .register, .alive, .end: true
        default: false
        }
    }
}

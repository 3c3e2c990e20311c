/// Decides who may connect to a context's sockets: the handler of ZAP (RFC 27).
///
/// It belongs to the thread of the sockets that it guards, is made before they are bound, and
/// answers in ``serve()`` when its socket can be read. A connection that it lets in carries its
/// name as the User-Id of every message.
public final class Gatekeeper {
    /// A connection that was not let in.
    public struct Rejection: Hashable, Sendable {
        /// Where it came from, as far as the transport names it.
        public let address: String
        /// Why it was rejected.
        public let reason: String
    }

    /// To be watched by the ``Poller``.
    public let socket: Socket
    private let domain: String
    /// Whether the sockets are plain, and everyone may connect.
    private let isOpen: Bool
    /// Each name's key; nil before it is set.
    private var allowed: [String: CurveKey]?
    private var held: [ZAPRequest] = []

    /// More connections than this do not wait for the list of the allowed; they are answered to try
    /// again.
    private static let mostHeld = 256

    /// - Parameters:
    ///   - domain: that of the sockets to guard; others are refused.
    ///   - isOpen: whether the sockets are plain, and everyone may connect.
    public init(domain: String, isOpen: Bool = false, in context: Context) throws(ZeroMQError) {
        self.domain = domain
        self.isOpen = isOpen
        allowed = isOpen ? [:] : nil
        socket = try Socket(.router, in: context)
        try socket.bind("inproc://zeromq.zap.01")
    }

    /// Lets in the holders of these keys and nobody else, from now on.
    ///
    /// Connections that are there already stay. Who asked before the first list is answered now.
    ///
    /// - Returns: who was not let in.
    /// - Precondition: none of the keys is one of ``CurveKey/examples``.
    public func allow(_ keys: [String: CurveKey]) throws(ZeroMQError) -> [Rejection] {
        precondition(!keys.values.contains(where: \.isExample), "the manual's keys are no secret")
        allowed = keys
        defer { held = [] }
        return try decide(held, among: keys)
    }

    /// Answers what has been asked.
    ///
    /// - Returns: who was not let in.
    public func serve() throws(ZeroMQError) -> [Rejection] {
        var requests: [ZAPRequest] = []
        while let frames = try socket.receive() {
            if let request = ZAPRequest(frames) { requests.append(request) }
        }
        if let allowed { return try decide(requests, among: allowed) }
        for request in requests {
            if held.count < Self.mostHeld {
                held.append(request)
            } else {
                _ = try socket.send(request.reply(.later))
            }
        }
        return []
    }

    private func decide(
        _ requests: [ZAPRequest], among allowed: [String: CurveKey]
    ) throws(ZeroMQError) -> [Rejection] {
        var rejections: [Rejection] = []
        for request in requests {
            let verdict = verdict(on: request, among: allowed)
            _ = try socket.send(request.reply(verdict))
            if case .refused(let reason) = verdict {
                rejections.append(Rejection(address: request.address, reason: reason))
            }
        }
        return rejections
    }

    private func verdict(
        on request: ZAPRequest, among allowed: [String: CurveKey]
    ) -> ZAPRequest.Verdict {
        guard request.domain == domain else { return .refused("it asks for another domain") }
        if isOpen {
            return request.mechanism == "NULL" ? .admitted(as: "") : .refused("it is not plain")
        }
        guard request.mechanism == "CURVE", request.credentials.count == 1,
            let key = CurveKey(bytes: request.credentials[0])
        else { return .refused("it does not use CURVE") }
        guard !key.isExample else { return .refused("its key is the manual's example") }
        let holders = allowed.filter { $0.value.matches(key) }
        guard let holder = holders.keys.first else {
            return .refused("its key is not on the list: \(key.z85)")
        }
        return .admitted(as: holder)
    }
}

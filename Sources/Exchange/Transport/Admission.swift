import ZeroMQ

/// What protects an inbox: who may connect to it, and that each sends in its own name.
///
/// On plain sockets everyone may connect, and the name in a message is believed.
struct Admission {
    private let gatekeeper: Gatekeeper
    private let isPlain: Bool
    private let notice: @Sendable (String) -> Void
    private var complaints: Set<String> = []

    /// - Parameter keys: the inbox's; nil for a plain one.
    init(
        keys: CurveKeyPair?, domain: String, in context: Context,
        notice: @escaping @Sendable (String) -> Void
    ) throws {
        isPlain = keys == nil
        gatekeeper = try Gatekeeper(domain: domain, isOpen: isPlain, in: context)
        self.notice = notice
    }

    /// To be watched by the poller.
    var socket: Socket { gatekeeper.socket }

    mutating func allow(_ list: AllowList) throws {
        guard !isPlain else { return }
        complain(try gatekeeper.allow(list.keys))
    }

    /// Answers who has asked to connect.
    mutating func serve() throws {
        complain(try gatekeeper.serve())
    }

    /// Whether a message that came over a user's connection may bear this name.
    mutating func admits(_ name: String, from user: String?) -> Bool {
        guard !isPlain, user != name else { return true }
        complain("refused a message in the name of '\(name)': it came from '\(user ?? "nobody")'")
        return false
    }

    private mutating func complain(_ rejections: [Gatekeeper.Rejection]) {
        for rejection in rejections {
            let place = rejection.address.isEmpty ? "" : " from \(rejection.address)"
            complain("refused a connection\(place): \(rejection.reason)")
        }
    }

    /// Says once what was refused; a flood of different refusals is cut short.
    private mutating func complain(_ complaint: String) {
        guard complaints.count < 100, complaints.insert(complaint).inserted else { return }
        notice(complaint)
    }
}

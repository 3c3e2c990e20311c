import CZeroMQ
import Foundation
import Testing
import ZeroMQ

/// Who reaches a CURVE server, over both transports; real sockets throughout.
@Suite(.timeLimit(.minutes(1)))
struct CurveTests {
    enum Transport: String, CaseIterable {
        case tcp, ipc

        /// A wildcard lets libzmq choose a free port, or a socket file of its own.
        var endpoint: String { self == .tcp ? "tcp://127.0.0.1:*" : "ipc://*" }
    }

    /// Clients that must not get through, each to a server that lets `friend` in.
    enum Stranger: String, CaseIterable {
        case unknownKey, null, plain, wrongServerKey
        case manualKey
    }

    /// A server with a gatekeeper, and the keys of one friend.
    private struct Server {
        let keys: CurveKeyPair
        let friend: CurveKeyPair
        let router: Socket
        let gatekeeper: Gatekeeper?
        var poller: Poller
        var rejections: [Gatekeeper.Rejection] = []

        init(
            _ transport: Transport, asks domain: String? = "run", answers: String = "run",
            handshakeLimit: Duration = .seconds(5)
        ) throws {
            keys = try CurveKeyPair()
            friend = try CurveKeyPair()
            let context = try Context()
            gatekeeper = try domain.map { _ in try Gatekeeper(domain: answers, in: context) }
            router = try Socket(.router, in: context)
            router.handshakeLimit = handshakeLimit
            router.maximumFrameBytes = 1000
            try router.serveCurve(keys, domain: domain ?? "run")
            try router.bind(transport.endpoint)
            poller = Poller(waker: try Waker())
            poller.add(router)
            if let gatekeeper { poller.add(gatekeeper.socket) }
        }

        mutating func admitFriend() throws {
            rejections += try gatekeeper?.allow(["friend": friend.publicKey]) ?? []
        }

        /// The next message, or nil when the time is up.
        mutating func next(within limit: Duration = .seconds(20)) throws -> (String, String?)? {
            let clock = ContinuousClock()
            let end = clock.now + limit
            while clock.now < end {
                rejections += try gatekeeper?.serve() ?? []
                if let (frames, user) = try router.receiveFromUser() {
                    return (String(decoding: frames[1], as: UTF8.self), user)
                }
                _ = try poller.wait(atMost: min(end - clock.now, .milliseconds(50)))
            }
            return nil
        }

        func client(_ keys: CurveKeyPair?, toward server: CurveKey) throws -> Socket {
            let socket = try Socket(.dealer, in: Context())
            if let keys { try socket.useCurve(keys, toward: server) }
            try socket.connect(router.lastEndpoint)
            return socket
        }
    }

    /// The friend's message is the first that arrives, though the stranger's was sent before.
    @Test(arguments: Transport.allCases, Stranger.allCases)
    func aStrangerIsNotHeard(_ transport: Transport, _ stranger: Stranger) throws {
        var server = try Server(transport)
        try server.admitFriend()
        let intruder = try Intruder(stranger, to: server.router.lastEndpoint, of: server.keys)
        defer { withExtendedLifetime(intruder) {} }
        intruder.send("intrusion")
        if stranger == .unknownKey || stranger == .manualKey {
            // It was asked about, so that what follows comes after the refusal.
            let clock = ContinuousClock()
            let end = clock.now + .seconds(20)
            while server.rejections.isEmpty, clock.now < end {
                #expect(try server.next(within: .milliseconds(20)) == nil)
            }
            #expect(server.rejections.count == 1)
        }
        let friend = try server.client(server.friend, toward: server.keys.publicKey)
        #expect(try friend.send([Array("hello".utf8)]) == .sent)
        let (text, user) = try #require(try server.next())
        #expect(text == "hello" && user == "friend")
        #expect(try server.next(within: .milliseconds(200)) == nil)
    }

    @Test(arguments: Transport.allCases)
    func theUserIsWhoseKeyItIs(_ transport: Transport) throws {
        var server = try Server(transport)
        let (a, b) = (try CurveKeyPair(), try CurveKeyPair())
        _ = try server.gatekeeper?.allow(["a": a.publicKey, "b": b.publicKey])
        for (name, keys) in [("b", b), ("a", a)] {
            let socket = try server.client(keys, toward: server.keys.publicKey)
            #expect(try socket.send([[1], Array("x".utf8)]) == .sent)
            #expect(try #require(try server.next()).1 == name)
        }
    }

    /// Without a gatekeeper, and with one that answers for another domain, nobody is let in.
    @Test(arguments: Transport.allCases, [nil, "another"] as [String?])
    func withoutAnswersNobodyIsLetIn(_ transport: Transport, _ domain: String?) throws {
        var server = try Server(transport, asks: domain)
        try server.admitFriend()
        let friend = try server.client(server.friend, toward: server.keys.publicKey)
        #expect(try friend.send([Array("hello".utf8)]) == .sent)
        #expect(try server.next(within: .milliseconds(500)) == nil)
        if domain != nil {
            #expect(server.rejections.map(\.reason) == ["it asks for another domain"])
        }
    }

    @Test(arguments: Transport.allCases)
    func aRevokedKeyIsNotLetInAgain(_ transport: Transport) throws {
        var server = try Server(transport)
        try server.admitFriend()
        do {
            let friend = try server.client(server.friend, toward: server.keys.publicKey)
            #expect(try friend.send([Array("hello".utf8)]) == .sent)
            #expect(try server.next()?.1 == "friend")
        }
        _ = try server.gatekeeper?.allow([:])
        let friend = try server.client(server.friend, toward: server.keys.publicKey)
        #expect(try friend.send([Array("again".utf8)]) == .sent)
        #expect(try server.next(within: .milliseconds(500)) == nil)
        #expect(
            server.rejections.map(\.reason)
                == ["its key is not on the list: \(server.friend.publicKey.z85)"])
    }

    /// Who comes before the list is known waits for it, and need not come again.
    @Test(arguments: Transport.allCases)
    func whoComesEarlyWaits(_ transport: Transport) throws {
        var server = try Server(transport)
        let early = try server.client(server.friend, toward: server.keys.publicKey)
        #expect(try early.send([Array("early".utf8)]) == .sent)
        #expect(try server.next(within: .milliseconds(300)) == nil)
        try server.admitFriend()
        #expect(try server.next()?.0 == "early")
    }

    /// Of many strangers only so many wait for the list, and none keeps a friend out.
    ///
    /// A stranger whose handshake took too long comes again, so that it may be refused more than
    /// once: what is bounded is how many wait at a time.
    @Test(arguments: [Duration.seconds(5), .milliseconds(300)])
    func manyWaitingStrangersKeepNobodyOut(_ handshakeLimit: Duration) throws {
        var server = try Server(.ipc, handshakeLimit: handshakeLimit)
        var crowd: [Socket] = []
        var reasons: Set<String> = []
        for _ in 0..<300 {
            let keys = try CurveKeyPair()
            reasons.insert("its key is not on the list: \(keys.publicKey.z85)")
            crowd.append(try server.client(keys, toward: server.keys.publicKey))
        }
        #expect(try server.next(within: .milliseconds(500)) == nil)
        #expect(server.rejections.isEmpty)
        try server.admitFriend()
        #expect((1...256).contains(server.rejections.count))
        let friend = try server.client(server.friend, toward: server.keys.publicKey)
        #expect(try friend.send([Array("hello".utf8)]) == .sent)
        #expect(try server.next()?.1 == "friend")
        #expect(reasons.isSuperset(of: server.rejections.map(\.reason)))
        crowd = []
    }

    /// Raw TCP: who says nothing is cut off at the limit, and who announces 8 GiB at once, before
    /// anything is allocated.
    @Test(arguments: [
        ("exec 3<>$to", Duration.milliseconds(300)),
        (#"exec 3<>$to; printf '\xff\0\0\0\2\0\0\0\0\0' >&3"#, .seconds(100)),
        ("exec 3<>$to; head -c 1000 /dev/zero >&3", .seconds(100)),
    ])
    func strangersAreCutOff(_ client: String, limit: Duration) async throws {
        let server = try Server(.tcp, handshakeLimit: limit)
        let port = server.router.lastEndpoint.split(separator: ":").last.map(String.init) ?? ""
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [
            "-c", "to=/dev/tcp/127.0.0.1/\(port); \(client); timeout 30 cat <&3 >/dev/null",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        // The other side closed: 0, or 1 where the connection was reset; 124 is the timeout's.
        #expect([0, 1].contains(process.terminationStatus))
    }

    @Test func keysAreReadAndWritten() throws {
        let pair = try CurveKeyPair()
        #expect(CurveKey(z85: pair.publicKey.z85) == pair.publicKey)
        #expect(CurveKey(bytes: pair.publicKey.bytes) == pair.publicKey)
        #expect(try CurveKeyPair(secretKey: pair.secretKey).publicKey == pair.publicKey)
        #expect(!"\(pair)".contains(pair.secretKey.z85))
        #expect(CurveKey(z85: "short") == nil)
        #expect(CurveKey(z85: String(repeating: "~", count: 40)) == nil)
        #expect(CurveKey(bytes: [1, 2, 3]) == nil)
    }

    /// The pairs of zmq_curve(7), with its hexadecimal form of them.
    @Test func theManualsKeysAreKnown() throws {
        let secrets = [
            "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs", "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6",
        ]
        for secret in secrets {
            let pair = try CurveKeyPair(secretKey: try #require(CurveKey(z85: secret)))
            #expect(pair.publicKey.isExample)
        }
        #expect(CurveKey.examples.count == 2)
        #expect(CurveKey.examples[0].bytes.prefix(4) == [0xBB, 0x88, 0x47, 0x1D])
        #expect(CurveKey.examples[1].bytes.prefix(4) == [0x54, 0xFC, 0xBA, 0x24])
        #expect(try !CurveKeyPair().publicKey.isExample)
    }

    @Test func tooFewDescriptorsAreSaid() throws {
        try DescriptorLimit.require(64)
        let error = #expect(throws: TooFewDescriptors.self) {
            try DescriptorLimit.require(1 << 40)
        }
        #expect(error?.description.contains("ulimit -n") == true)
    }
}

/// A client by libzmq's own interface, which can also do what the wrapper cannot.
@safe private final class Intruder {
    private let context: UnsafeMutableRawPointer?
    private let socket: UnsafeMutableRawPointer?

    init(_ kind: CurveTests.Stranger, to endpoint: String, of server: CurveKeyPair) throws {
        unsafe context = zmq_ctx_new()
        unsafe socket = zmq_socket(context, ZMQ_DEALER)
        switch kind {
        case .null: break
        case .plain:
            set(ZMQ_PLAIN_USERNAME, Array("friend".utf8))
            set(ZMQ_PLAIN_PASSWORD, Array("secret".utf8))
        case .unknownKey: use(try CurveKeyPair(), server.publicKey)
        case .wrongServerKey: use(try CurveKeyPair(), try CurveKeyPair().publicKey)
        case .manualKey:
            let secret = CurveKey(z85: "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs")
            use(try CurveKeyPair(secretKey: try #require(secret)), server.publicKey)
        }
        unsafe #expect(zmq_connect(socket, endpoint) == 0)
    }

    deinit {
        set(ZMQ_LINGER, [0, 0, 0, 0])
        unsafe zmq_close(socket)
        unsafe zmq_ctx_term(context)
    }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        unsafe #expect(zmq_send(socket, bytes, bytes.count, ZMQ_DONTWAIT) == bytes.count)
    }

    private func use(_ keys: CurveKeyPair, _ server: CurveKey) {
        set(ZMQ_CURVE_SERVERKEY, server.bytes)
        set(ZMQ_CURVE_PUBLICKEY, keys.publicKey.bytes)
        set(ZMQ_CURVE_SECRETKEY, keys.secretKey.bytes)
    }

    private func set(_ option: Int32, _ bytes: [UInt8]) {
        unsafe #expect(zmq_setsockopt(socket, option, bytes, bytes.count) == 0)
    }
}

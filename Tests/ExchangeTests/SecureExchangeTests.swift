import CohortGraph
import Exchange
import Foundation
import Synchronization
import Testing
import ZeroMQ

/// Learners that know one another by their keys, and those who would be one of them.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SecureExchangeTests {
    /// A run of some learners, each with keys, and their rendezvous.
    private final class SecureRun: Sendable {
        /// On a busy machine a wait may be long; no notice says so.
        static let limits = ExchangeLimits(notice: .seconds(600))

        let keys: [String: CurveKeyPair]
        let own: CurveKeyPair
        let meeting: Rendezvous
        let endpoint: Endpoint
        let notices = Notices()
        let addresses = Mutex<[String: String]>([:])

        init(_ names: [String], _ endpoint: Endpoint) throws {
            let keys = try Dictionary(
                uniqueKeysWithValues: names.map { ($0, try CurveKeyPair()) })
            own = try CurveKeyPair()
            self.keys = keys
            self.endpoint = endpoint
            meeting = try Rendezvous(
                run: testRun, configurationDigest: testDigest, expected: names,
                endpoint: endpoint,
                security: .curve(
                    keys: own, allowed: try AllowList(keys.mapValues(\.publicKey))),
                limits: Self.limits, notice: notices.add)
        }

        func open(
            _ identity: ExchangeIdentity, _ teaching: Teaching, keys given: CurveKeyPair? = nil,
            limits: ExchangeLimits = SecureRun.limits
        ) throws -> SocketExchange {
            let name = identity.name
            let exchange = try SocketExchange(
                identity: identity, teachers: links(teaching[name] ?? []),
                students: links(students(of: name, in: teaching)), endpoint: endpoint,
                rendezvous: meeting.address,
                security: .curve(
                    keys: try given ?? #require(keys[name]), rendezvous: own.publicKey),
                limits: limits, notice: notices.add)
            addresses.withLock { $0[name] = exchange.address }
            return exchange
        }

        /// A socket of an admitted learner to another's inbox, beside its exchange.
        func socket(of name: String, to other: String) throws -> Socket {
            let socket = try Socket(.dealer, in: Context())
            socket.linger = .seconds(2)
            try socket.useCurve(
                try #require(keys[name]), toward: try #require(keys[other]).publicKey)
            try socket.connect(try #require(addresses.withLock { $0[other] }))
            return socket
        }
    }

    static let endpoints: [Endpoint] = [.ipc(), .tcp(host: "127.0.0.1")]

    @Test(arguments: endpoints)
    func learnersWithKeysExchangeEveryStep(_ endpoint: Endpoint) async throws {
        let names = ["a", "b", "c"]
        let run = try SecureRun(names, endpoint)
        let results = await runLearners(names) { name in
            let exchange = try run.open(identity(name), mutual(names))
            try exchange.join()
            let senders = try exchangeSteps(exchange, as: name, 0..<200)
            try exchange.finish(lastStep: 199)
            return senders
        }
        for name in names {
            let senders = try #require(results[name]).get()
            #expect(senders == Array(repeating: names.filter { $0 != name }, count: 200))
        }
        #expect(run.notices.all.isEmpty, "\(run.notices.all)")
    }

    /// An admitted learner speaks in another's name, with knowledge that would be used: none of it
    /// is, and the log says who it was.
    @Test func whoSpeaksInAnothersNameIsNamed() async throws {
        let names = ["a", "b", "c"]
        let run = try SecureRun(names, .ipc())
        let known = identity("c")
        let results = await runLearners(names) { name in
            let exchange = try run.open(name == "c" ? known : identity(name), mutual(names))
            try exchange.join()
            var senders = try exchangeSteps(exchange, as: name, 0..<10)
            if name == "b" { try Self.forge(in: "c", by: "b", known, to: "a", run) }
            senders += try exchangeSteps(exchange, as: name, 10..<200)
            try exchange.finish(lastStep: 199)
            return senders
        }
        // What came was what its sender published: exchangeSteps compares every value.
        for name in names { #expect(try results[name]?.get().count == 200) }
        #expect(
            run.notices.all == ["refused a message in the name of 'c': it came from 'b'"])
    }

    /// Sends 10,000 messages of knowledge in the name of `victim`, with its own start's number.
    private static func forge(
        in victim: String, by offender: String, _ identity: ExchangeIdentity, to target: String,
        _ run: SecureRun
    ) throws {
        let socket = try run.socket(of: offender, to: target)
        var poller = Poller(waker: try Waker())
        poller.add(socket)
        poller.watchSending(true, at: 0)
        for step in 0..<10_000 {
            let forged = Message(
                sender: identity.sender, position: Position(step: step % 200, batchDigest: 1),
                content: .knowledge(knowledge("x", step % 200).tensors))
            let frames = WireCodec.encode(forged)
            while try socket.send(frames) != .sent {
                try #require(try !poller.wait(atMost: .seconds(10)).isEmpty)
            }
        }
    }

    /// In its own name too a learner can only say what is new, of this run, and of this start.
    @Test func whatIsOldOrOfAnotherRunIsNotUsed() async throws {
        let names = ["a", "b"]
        let run = try SecureRun(names, .ipc())
        let known = identity("b")
        let results = await runLearners(names) { name in
            let exchange = try run.open(name == "b" ? known : identity(name), mutual(names))
            try exchange.join()
            var senders = try exchangeSteps(exchange, as: name, 0..<10)
            if name == "b" {
                let socket = try run.socket(of: "b", to: "a")
                for (index, sender) in Self.falseSenders(of: known).enumerated() {
                    for step in [0, 5, 9, 10, 11] {
                        // The last is the sender itself, that says again what it said before.
                        guard index < 3 || step < 9 else { continue }
                        let forged = Message(
                            sender: sender,
                            position: Position(step: step, batchDigest: UInt64(step)),
                            content: .knowledge(knowledge("x", step).tensors))
                        #expect(try socket.send(WireCodec.encode(forged)) == .sent)
                    }
                }
                senders += try exchangeSteps(exchange, as: name, 10..<50)
                withExtendedLifetime(socket) {}
            } else {
                senders += try exchangeSteps(exchange, as: name, 10..<50)
            }
            try exchange.finish(lastStep: 49)
            return senders
        }
        for name in names { #expect(try results[name]?.get().count == 50) }
    }

    private static func falseSenders(of identity: ExchangeIdentity) -> [Sender] {
        var (run, configuration, start) = (identity.sender, identity.sender, identity.sender)
        run.run[3] ^= 1
        configuration.configurationDigest[0] ^= 1
        start.incarnation ^= 1
        return [run, configuration, start, identity.sender]
    }

    /// A key that is on nobody's list reaches neither the rendezvous nor an inbox; who holds it is
    /// told to look at its key.
    @Test(arguments: endpoints)
    func anUnknownKeyIsRefusedEverywhere(_ endpoint: Endpoint) async throws {
        let names = ["a", "b"]
        let run = try SecureRun(names, endpoint)
        let stranger = try CurveKeyPair()
        let limits = ExchangeLimits(joining: .seconds(1), beat: .milliseconds(100))
        let intruder = try run.open(
            identity("a"), mutual(names), keys: stranger, limits: limits)
        let failure = try #require(outcomeFailure(await onThread { try intruder.join() }))
        #expect(failure.message.hasSuffix("where it refuses the key of 'a', it says so itself"))
        let results = await runLearners(names) { name in
            let exchange = try run.open(identity(name), mutual(names))
            try exchange.join()
            if name == "b" { try Self.knock(at: "a", of: run, with: stranger) }
            let senders = try exchangeSteps(exchange, as: name, 0..<100)
            try exchange.finish(lastStep: 99)
            return senders
        }
        for name in names { #expect(try results[name]?.get().count == 100) }
        let refusals = run.notices.all.filter {
            $0.hasPrefix("refused a connection") && $0.hasSuffix(stranger.publicKey.z85)
        }
        #expect(refusals.count == run.notices.all.count && refusals.count >= 1)
    }

    /// Waits until the gatekeeper of an inbox has said that it refuses a key.
    private static func knock(
        at name: String, of run: SecureRun, with keys: CurveKeyPair
    ) throws {
        let before = run.notices.all.count
        let socket = try Socket(.dealer, in: Context())
        try socket.useCurve(keys, toward: try #require(run.keys[name]).publicKey)
        try socket.connect(try #require(run.addresses.withLock { $0[name] }))
        let clock = ContinuousClock()
        let end = clock.now + .seconds(20)
        var poller = Poller(waker: try Waker())
        poller.add(socket)
        while run.notices.all.count == before, clock.now < end {
            _ = try poller.wait(atMost: .milliseconds(20))
        }
        #expect(run.notices.all.count == before + 1)
    }

    /// Registering in another's name, or with another's key, gets no place in the roster.
    @Test func nobodyRegistersForAnother() async throws {
        let run = try SecureRun(["a", "b"], .ipc())
        let limits = ExchangeLimits(joining: .seconds(1), beat: .milliseconds(100))
        let thief = try run.open(
            identity("b"), mutual(["a", "b"]), keys: run.keys["a"], limits: limits)
        #expect(outcomeFailure(await onThread { try thief.join() })?.exitCode == .unavailable)
        #expect(
            run.notices.all == ["refused a message in the name of 'b': it came from 'a'"])
    }

    @Test func theRosterHoldsTheKeysOfTheList() throws {
        let keys = ["a": try CurveKeyPair().publicKey, "b": try CurveKeyPair().publicKey]
        var book = RosterBook(
            sender: identity("rendezvous").sender, expected: ["a", "b"], keys: keys,
            limits: ExchangeLimits(), at: .zero)
        func register(_ name: String, _ key: CurveKey?) -> [Content] {
            let contact = Contact(
                address: "tcp://\(name):1",
                publicKey: key?.bytes ?? [UInt8](repeating: 0, count: 32))
            let message = Message(sender: identity(name).sender, content: .register(contact))
            return book.receive(message, over: [1], at: .zero).compactMap { action in
                guard case .send(let answer, _) = action else { return nil }
                return answer.content
            }
        }
        for wrong in [nil, keys["b"]] {
            guard case .refuse(let refusal)? = register("a", wrong).last else {
                Issue.record("registered with another key")
                return
            }
            #expect(refusal.text == "'a' is not known by the key that it registers")
        }
        #expect(register("a", keys["a"]).isEmpty)
        let rosters = register("b", keys["b"]).map { content -> [[UInt8]] in
            guard case .roster(let roster) = content else { return [] }
            return roster.map(\.contact.publicKey)
        }
        #expect(rosters == ["b", "a"].map { [keys[$0]!.bytes] })
    }
}

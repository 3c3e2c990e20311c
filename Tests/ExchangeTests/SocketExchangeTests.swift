import CohortGraph
import Exchange
import Foundation
import Testing

/// Real sockets, several learners on threads of one process.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SocketExchangeTests {
    static let endpoints: [Endpoint] = [.ipc(), .tcp(host: "127.0.0.1")]

    private func open(
        _ identity: ExchangeIdentity, _ teaching: Teaching, _ endpoint: Endpoint, _ address: String,
        limits: ExchangeLimits = ExchangeLimits(), notices: Notices = Notices()
    ) throws -> SocketExchange {
        try SocketExchange(
            identity: identity, teachers: links(teaching[identity.name] ?? []),
            students: links(students(of: identity.name, in: teaching)), endpoint: endpoint,
            rendezvous: address, limits: limits, notice: notices.add)
    }

    private func rendezvous(
        _ names: [String], _ endpoint: Endpoint, limits: ExchangeLimits = ExchangeLimits(),
        notices: Notices = Notices()
    ) throws -> Rendezvous {
        try Rendezvous(
            run: testRun, configurationDigest: testDigest, expected: names, endpoint: endpoint,
            limits: limits, notice: notices.add)
    }

    @Test(arguments: endpoints, [2, 4])
    func mutualLearnersExchangeEveryStep(_ endpoint: Endpoint, _ count: Int) async throws {
        let names = Array(["a", "b", "c", "d"].prefix(count))
        let teaching = mutual(names)
        let meeting = try rendezvous(names, endpoint)
        let results = await runLearners(names) { name in
            let exchange = try open(identity(name), teaching, endpoint, meeting.address)
            try exchange.join()
            let senders = try exchangeSteps(exchange, as: name, 0..<300)
            try exchange.finish(lastStep: 299)
            return (senders, exchange.traffic)
        }
        for name in names {
            let (senders, traffic) = try #require(results[name]).get()
            #expect(senders == Array(repeating: names.filter { $0 != name }, count: 300))
            #expect(traffic.count == count - 1)
            #expect(
                traffic.values.allSatisfy { $0.messagesSent >= 300 && $0.messagesReceived >= 300 })
        }
    }

    /// Short limits, so that a test sees them pass.
    private let impatient = ExchangeLimits(
        joining: .seconds(2), step: .seconds(3), notice: .seconds(1), beat: .milliseconds(250))

    /// Teacher, two students, one of which teaches the other: no edge has its reverse.
    @Test(arguments: endpoints)
    func aDirectedGraphExchangesAlongItsEdges(_ endpoint: Endpoint) async throws {
        let teaching: Teaching = ["t": [], "s": ["t"], "u": ["t", "s"]]
        let meeting = try rendezvous(["t", "s", "u"], endpoint)
        let results = await runLearners(["t", "s", "u"]) { name in
            let exchange = try open(identity(name), teaching, endpoint, meeting.address)
            let senders = try exchangeSteps(exchange, as: name, 0..<200)
            try exchange.finish(lastStep: 199)
            return senders
        }
        for name in ["t", "s", "u"] {
            let senders = try #require(results[name]).get()
            #expect(senders == Array(repeating: teaching[name]!, count: 200))
        }
    }

    @Test(arguments: endpoints)
    func aPeerThatDisappearsIsNamedWithinTheLimit(_ endpoint: Endpoint) async throws {
        let names = ["a", "b", "c"]
        let teaching = mutual(names)
        let meeting = try rendezvous(names, endpoint)
        let notices = Notices()
        let results = await runLearners(names) { name in
            let exchange = try open(
                identity(name), teaching, endpoint, meeting.address, limits: impatient,
                notices: notices)
            // Nobody says goodbye for b: its sockets are just closed.
            let last = name == "b" ? 20 : 1000
            return try exchangeSteps(exchange, as: name, 0..<last).count
        }
        #expect(try results["b"]?.get() == 20)
        for name in ["a", "c"] {
            let failure = try #require(outcomeFailure(results[name]))
            #expect(failure.exitCode == .unavailable)
            #expect(failure.message.hasPrefix("'b' died or cannot be reached"), "\(failure)")
        }
        #expect(notices.all.contains { $0.hasSuffix("for 'b' at step 20") })
    }

    @Test func aPeerThatStallsIsNamedAsAlive() async throws {
        let teaching = mutual(["a", "b"])
        let meeting = try rendezvous(["a", "b"], .ipc())
        let stalled = try open(identity("b"), teaching, .ipc(), meeting.address, limits: impatient)
        let result = await onThread {
            let exchange = try open(
                identity("a"), teaching, .ipc(), meeting.address, limits: impatient)
            return try exchangeSteps(exchange, as: "a", 0..<1)
        }
        let failure = try #require(outcomeFailure(result))
        #expect(failure.exitCode == .unavailable)
        #expect(failure.message.hasPrefix("'b' stalled: it lives"), "\(failure)")
        stalled.leave(reason: "test over")
    }

    @Test func aPeerThatLeavesStopsTheOthersAtOnce() async throws {
        let names = ["a", "b", "c"]
        let teaching = mutual(names)
        let meeting = try rendezvous(names, .ipc())
        let results = await runLearners(names) { name in
            let exchange = try open(identity(name), teaching, .ipc(), meeting.address)
            _ = try exchangeSteps(exchange, as: name, 0..<10)
            if name == "b" { return exchange.leave(reason: "the disk is full") }
            _ = try exchangeSteps(exchange, as: name, 10..<20)
        }
        for name in ["a", "c"] {
            #expect(
                outcomeFailure(results[name])
                    == ExchangeFailure(
                        exitCode: .unavailable, message: "'b' left the cohort: the disk is full",
                        departed: "b"))
        }
    }

    @Test func anotherThreadCanCancelAWait() async throws {
        let teaching = mutual(["a", "b"])
        let meeting = try rendezvous(["a", "b"], .ipc())
        let exchange = try open(identity("a"), teaching, .ipc(), meeting.address)
        async let result = onThread { try exchange.join() }
        let interrupt = ExchangeFailure(exitCode: .signal(2), message: "interrupted")
        exchange.cancel(interrupt)
        #expect(outcomeFailure(await result) == interrupt)
        exchange.leave(reason: interrupt.message)
    }

    @Test func aRegistrantOfAnotherConfigurationIsRefused() async throws {
        let meeting = try rendezvous(["a", "b"], .ipc())
        let other = identity("a", digest: [UInt8](repeating: 9, count: 32))
        let exchange = try open(other, mutual(["a", "b"]), .ipc(), meeting.address)
        let failure = try #require(outcomeFailure(await onThread { try exchange.join() }))
        #expect(failure.exitCode == .configuration)
        #expect(failure.message.hasPrefix("the rendezvous refused 'a': the settings of this run"))
    }

    /// The rendezvous does not know about classes; the neighbour refuses them.
    @Test func aNeighbourOfAnotherClassCountIsRefused() async throws {
        let teaching: Teaching = ["a": [], "b": ["a"]]
        let meeting = try rendezvous(["a", "b"], .ipc())
        let student = try open(identity("b"), teaching, .ipc(), meeting.address)
        let teacher = try open(identity("a", classes: 7), teaching, .ipc(), meeting.address)
        let failure = try #require(outcomeFailure(await onThread { try teacher.join() }))
        #expect(failure.exitCode == .configuration)
        #expect(failure.message == "'b' refused 'a': 'b' tells 3 classes apart, not 7")
        student.leave(reason: "test over")
    }

    @Test func whoNeverRegistersIsNamedToAllOthers() async throws {
        let names = ["a", "b", "c"]
        let notices = Notices()
        let meeting = try rendezvous(names, .ipc(), limits: impatient, notices: notices)
        let results = await runLearners(["a", "b"]) { name in
            let exchange = try open(
                identity(name), mutual(names), .ipc(), meeting.address)
            try exchange.join()
        }
        for name in ["a", "b"] {
            #expect(
                outcomeFailure(results[name])
                    == ExchangeFailure(
                        exitCode: .unavailable,
                        message: "the rendezvous refused '\(name)': 'c' did not register within "
                            + "2 s"))
        }
        #expect(notices.all.contains { $0.hasSuffix("for 'c' to register") })
    }

    @Test func aLearnerThatStartsAgainGetsTheRosterAgain() async throws {
        let names = ["a", "b"]
        let meeting = try rendezvous(names, .ipc())
        let first = Incarnation.first()
        for life in 0..<2 {
            let results = await runLearners(names) { name in
                let identity = identity(name, incarnation: first + UInt64(life))
                let exchange = try open(identity, mutual(names), .ipc(), meeting.address)
                _ = try exchangeSteps(exchange, as: name, life * 5..<life * 5 + 5)
                if life > 0 { try exchange.finish(lastStep: 9) }
            }
            for name in names { #expect(outcomeFailure(results[name]) == nil) }
        }
    }

    @Test func aSocketPathThatIsTooLongIsRefused() throws {
        let deep = "/tmp/" + String(repeating: "d", count: 100)
        let failure = #expect(throws: ExchangeFailure.self) {
            try open(identity("a"), [:], .ipc(under: deep), "ipc:///tmp/none")
        }
        #expect(failure?.exitCode == .configuration)
        #expect(failure?.message.contains("the system allows 107") == true)
    }

    @Test func theSocketDirectoryIsPrivateAndRemoved() throws {
        let parent = FileManager.default.temporaryDirectory
            .appendingPathComponent("ex-\(UInt32.random(in: 0 ... .max))").path
        try FileManager.default.createDirectory(
            atPath: parent, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let meeting = try rendezvous([], .ipc(under: parent))
        let made = try FileManager.default.contentsOfDirectory(atPath: parent)
        #expect(made.count == 1)
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(parent)/\(made[0])")
        #expect(attributes[.posixPermissions] as? Int == 0o700)
        meeting.stop()
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent).isEmpty)
    }

    @Test func anUnusableAddressIsAClearFailure() {
        let failure = #expect(throws: ExchangeFailure.self) {
            try open(identity("a"), [:], .ipc(), "nonsense")
        }
        #expect(failure?.exitCode == .unavailable)
        #expect(failure?.message.contains("nonsense") == true, "\(failure?.message ?? "")")
    }
}

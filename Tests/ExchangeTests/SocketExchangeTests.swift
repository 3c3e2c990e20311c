import CohortGraph
import Exchange
import Foundation
import Testing

/// Real sockets, several learners on threads of one process.
@Suite(.timeLimit(.minutes(1)))
struct SocketExchangeTests {
    static let endpoints: [Endpoint] = [.ipc(), .tcp(host: "127.0.0.1")]

    private func open(
        _ identity: ExchangeIdentity, _ teaching: Teaching, _ endpoint: Endpoint, _ address: String,
        limits: ExchangeLimits = ExchangeLimits(), notices: Notices = Notices()
    ) throws -> SocketExchange {
        try SocketExchange(
            identity: identity, teachers: teaching[identity.name] ?? [],
            pupils: pupils(of: identity.name, in: teaching), endpoint: endpoint,
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
}

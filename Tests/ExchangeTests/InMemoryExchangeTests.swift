import CohortGraph
import Exchange
import Testing

/// The same lockstep without sockets: what other rooms' tests train with.
@Suite(.timeLimit(.minutes(1)))
struct InMemoryExchangeTests {
    private func exchange(
        _ name: String, _ teaching: Teaching, _ hub: InMemoryHub
    ) -> InMemoryExchange {
        hub.exchange(
            identity: identity(name), teachers: links(teaching[name] ?? []),
            students: links(students(of: name, in: teaching)))
    }

    @Test func mutualLearnersExchangeEveryStep() async throws {
        let names = ["a", "b", "c"]
        let teaching = mutual(names)
        let hub = InMemoryHub()
        let results = await runLearners(names) { name in
            let exchange = exchange(name, teaching, hub)
            try exchange.join()
            let senders = try exchangeSteps(exchange, as: name, 0..<200)
            try exchange.finish(lastStep: 199)
            return (senders, exchange.traffic)
        }
        for name in names {
            let (senders, traffic) = try #require(results[name]).get()
            #expect(senders == Array(repeating: names.filter { $0 != name }, count: 200))
            #expect(traffic.values.allSatisfy { $0.messagesSent >= 200 })
        }
    }

    @Test func whoLeavesStopsTheOthers() async {
        let hub = InMemoryHub()
        let teaching = mutual(["a", "b"])
        let results = await runLearners(["a", "b"]) { name in
            let exchange = exchange(name, teaching, hub)
            try exchange.join()
            if name == "b" { return exchange.leave(reason: "the disk is full") }
            _ = try exchangeSteps(exchange, as: name, 0..<1)
        }
        #expect(
            outcomeFailure(results["a"])?.message == "'b' left the cohort: the disk is full")
    }

    @Test func anotherThreadCanCancelAWait() async {
        let exchange = exchange("a", mutual(["a", "b"]), InMemoryHub())
        let interrupt = ExchangeFailure(exitCode: .signal(15), message: "terminated")
        async let result = onThread { try exchange.join() }
        exchange.cancel(interrupt)
        #expect(outcomeFailure(await result) == interrupt)
    }
}

import Foundation
import Testing

/// What `exchange.host` may name: addresses, interfaces and names.
@Suite(.timeLimit(.minutes(3))) struct BoundNameTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func run(at host: String, _ more: String...) async throws -> Finished {
        try await Cohort.run(
            ["run", try place.pair(), "exchange.transport=tcp", "exchange.host=\"\(host)\""] + more,
            in: place)
    }

    @Test(arguments: ["localhost", "lo", "127.0.0.1", "*", "0.0.0.0"])
    func whatThisHostHasIsBound(host: String) async throws {
        let finished = try await run(at: host)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    @Test func thisHostsNameIsBound() async throws {
        let finished = try await run(at: ProcessInfo.processInfo.hostName)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    @Test func whatCannotBeResolvedIsNamedWithItsSetting() async throws {
        let finished = try await run(at: "no-such-host.invalid")
        #expect(finished.exitCode == .unavailable)
        #expect(
            finished.complaint.contains("exchange.host is 'no-such-host.invalid', which is neither")
        )
    }
}

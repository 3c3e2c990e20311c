import Foundation
import Glibc
import Reporting
import Testing

/// Relays as processes: they teach what a mesh teaches, and can be killed.
@Suite(.timeLimit(.minutes(5)), .serialized) struct RelayTests {
    private let place: Workplace
    private static let names = (1...5).map { "m\($0)" }

    init() throws { place = try Workplace() }

    private func words(_ name: String, _ more: [String]) throws -> [String] {
        let learners = Self.names.map { "  \($0): {model: mlp, options: {hidden: [8]}}\n" }
        let file = try place.write(
            """
            data: {set: digits, labels: 128}
            training: {steps: 800, batch: 16, threads: 1}
            checkpoints: {every: 20}
            learners:
            \(learners.joined())teaching:
              - mutual: [\(Self.names.joined(separator: ", "))]
            runs: \(place.runs)
            """, to: "many.yaml")
        return ["run", file, "name=\(name)", "--progress", "all"] + more
    }

    private func weights(_ name: String) throws -> [Data] {
        try Self.names.map { try place.latest(name).weights(of: $0) }
    }

    /// Runs; kills processes of the given names, in turn, as epochs of a learner end.
    private func run(
        _ name: String, _ more: [String], killing victims: [String] = []
    ) async throws -> Finished {
        let (left, finished) = try await Cohort.run(try words(name, more), in: place) {
            try await $0.kill(victims, of: place.latest(name), every: 8, of: "m1")
        }
        #expect(left.isEmpty)
        return finished
    }

    /// Behind keys as well, one relay or three, and whoever is killed, learners and relays.
    @Test func relaysThatAreKilledChangeNoBit() async throws {
        let mesh = try await run("mesh", ["exchange.topology=mesh"])
        #expect(mesh.exitCode == .success, "\(mesh.complaint)")
        let expected = try weights("mesh")
        let cases = [
            ("one", ["exchange.transport=tcp"], ["relay-1", "m2", "relay-1"]),
            (
                "three", ["exchange.fan=3", "exchange.transport=tcp", "exchange.security=curve"],
                ["relay-2", "m5", "relay-1"]
            ),
        ]
        for (name, options, victims) in cases {
            let options = ["exchange.topology=relay"] + options
            let finished = try await run(name, options, killing: victims)
            #expect(finished.exitCode == .success, "\(finished.complaint)")
            for victim in victims {
                #expect(finished.complaint.contains("'\(victim)' was ended by signal 9"))
            }
            let restarts = finished.complaint.matches(of: /starting it again/)
            #expect(restarts.count == victims.count)
            #expect(try weights(name) == expected, "\(name)")
        }
    }

    /// One that may not be started again ends the run, and is named.
    @Test func aRelayThatIsLostForGoodIsNamed() async throws {
        let finished = try await run(
            "lost", ["exchange.topology=relay", "restarts=0"], killing: ["relay-1"])
        #expect(finished.exitCode == .signal(SIGKILL))
        #expect(finished.complaint.contains("'relay-1' was ended by signal 9"))
    }

    /// A liar's part is missing in the sum, and the others go on.
    @Test func whatCannotBeUsedIsMissingInTheSum() async throws {
        let finished = try await run(
            "liar", ["exchange.topology=relay", "learners.m3.attack=nan", "training.steps=40"])
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.complaint.contains("the knowledge of 'm3' at step 0 is not used"))
        #expect(!finished.complaint.contains("quarantine for"))
    }
}

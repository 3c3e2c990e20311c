import Foundation
import Reporting
import Testing

/// `cohort check`: what a configuration resolves to.
@Suite(.timeLimit(.minutes(3))) struct CheckTests {
    static let experiments = ["digits-private", "digits-same-labels"]
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func output(_ arguments: String...) async throws -> [String] {
        let finished = try await Cohort.run(arguments, in: place)
        try #require(
            finished.exitCode == .success && finished.errors.isEmpty, "\(finished.complaint)")
        return finished.output
    }

    private func digest(_ report: [String]) throws -> String {
        let place = try #require(report.firstIndex(of: "digest"))
        return report[place + 1]
    }

    @Test(arguments: experiments)
    func theReportSaysWhatEachLossIsMadeOf(experiment: String) async throws {
        let report = try await output("check", Shipped.path(experiment))
        for (name, peers) in [("a", ["b", "c"]), ("b", ["a", "c"]), ("c", ["a", "b"])] {
            let loss = try #require(report.first { $0.hasPrefix("\(name): ") })
            #expect(loss.contains("cross-entropy"))
            for peer in peers { #expect(loss.contains("KL(\(peer)‖\(name))")) }
        }
        #expect(try digest(report).wholeMatch(of: /[0-9a-f]{64}/) != nil)
    }

    @Test func theReportSaysHowOftenWhoIsKilledComesBack() async throws {
        let report = try await output(
            "check", Shipped.demonstration, "checkpoints={every: 40, keep: 3}", "restarts=7")
        #expect(
            report.contains(
                "a checkpoint every 40 steps and at the end, the last 3 kept; each is at most 7 times"
                    + " started again"))
    }

    @Test(arguments: experiments)
    func whatIsResolvedReadsBackAsTheSame(experiment: String) async throws {
        let original = try await output("check", Shipped.path(experiment))
        let resolved = try await output("check", "--resolved", Shipped.path(experiment))
        let file = try place.write(resolved.joined(separator: "\n") + "\n", to: "resolved.yaml")
        #expect(try await output("check", file) == original)
        #expect(try await output("check", "--resolved", file) == resolved)
    }

    @Test func theDigestIsTheRunsAndLeavesOutWhatChangesNoWeights() async throws {
        let pair = try place.pair()
        let digest = try digest(await output("check", pair))
        let finished = try await Cohort.run(["run", pair], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let carried = try Summary.read(from: place.latest().summary).configurationDigest
        let report = try await output("check", pair)
        #expect(report.contains { $0.hasPrefix("\(carried) without how long") })
        let alike = try await output(
            "check", pair, "training.threads=2", "exchange.transport=tcp", "name=other")
        #expect(try self.digest(alike) == digest)
        let other = try await output("check", pair, "training.steps=17")
        #expect(try self.digest(other) != digest)
    }

    @Test func nothingIsTrainedOrWritten() async throws {
        _ = try await output("check", try place.pair())
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == ["pair.yaml"])
    }
}

import Bytes
import Foundation
import Testing

/// `cohort doctor` on this host; scripts/test-ssh.sh looks at others.
@Suite(.timeLimit(.minutes(3))) struct DoctorTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func doctor(_ arguments: String...) async throws -> Finished {
        try await Cohort.run(["doctor"] + arguments, in: place)
    }

    /// What a line says of a check.
    private func row(_ check: String, of finished: Finished) throws -> String {
        try #require(finished.output.first { $0.hasPrefix(check) })
    }

    @Test func aSoundHostIsShown() async throws {
        let finished = try await doctor(try place.pair())
        #expect(finished.exitCode == .success)
        #expect(finished.output.allSatisfy { $0.contains(" good ") })
        #expect(try row("data", of: finished).contains("digits: 1257 training samples"))
        #expect(try row("ports", of: finished).contains("binds 127.0.0.1"))
        #expect(finished.errors.isEmpty)
    }

    @Test func itNeedsNoConfiguration() async throws {
        let finished = try await doctor()
        #expect(finished.exitCode == .success)
        #expect(!finished.output.contains { $0.hasPrefix("data") })
    }

    @Test func theFirstProblemGivesTheCode() async throws {
        let images = "\(place.path)/nowhere"
        let finished = try await doctor(
            try place.pair(), "data={set: idx, options: {images: \(images), labels: \(images)}}",
            "--bind", "192.0.2.1")
        #expect(finished.exitCode == .missingFile)
        let data = try row("data", of: finished)
        #expect(data.contains(" bad ") && data.contains(images))
        #expect(try row("ports", of: finished).contains(" bad "))
    }

    @Test func anAddressOfAnotherHostCannotBeBound() async throws {
        let finished = try await doctor("--bind", "192.0.2.1")
        #expect(finished.exitCode == .unavailable)
        #expect(try row("ports", of: finished).contains("192.0.2.1"))
    }

    @Test func onlyTheLearnersOfTheHostAreLookedAt() async throws {
        let configuration = try place.pair()
        let own = "learners.b.data={set: idx, options: {images: /nowhere, labels: /nowhere}}"
        #expect(try await doctor(configuration, own, "--learner", "a").exitCode == .success)
        #expect(try await doctor(configuration, own, "--learner", "b").exitCode == .missingFile)
    }

    @Test func aHostThatRefusesIsNamed() async throws {
        let hosts = try place.write("127.0.0.1:1 slots=2\n", to: "hosts")
        for command in ["doctor", "run"] {
            let finished = try await Cohort.run(
                [command, try place.pair(), "--hosts", hosts], in: place)
            #expect(finished.exitCode == .unavailable)
            let said = (finished.output + finished.errors).joined(separator: "\n")
            #expect(said.contains("could not reach 127.0.0.1:1: ssh: "))
        }
        #expect(!FileManager.default.fileExists(atPath: place.runs), "nothing was begun")
    }

    @Test(arguments: [
        (["--hosts", "nowhere"], ExitCode.missingFile, "nowhere"),
        (["--copy"], ExitCode.usage, "go with --hosts"),
        (["--json", "--hosts", "hosts"], ExitCode.usage, "are of one host"),
    ])
    func whatMakesNoSenseIsRefused(words: [String], code: ExitCode, complaint: String) async throws
    {
        let finished = try await Cohort.run(["doctor"] + words, in: place)
        #expect(finished.exitCode == code)
        #expect(finished.complaint.contains(complaint))
    }
}

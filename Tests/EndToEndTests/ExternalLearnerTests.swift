import Foundation
import Reporting
import Testing

/// A learner that joins by itself, and those that may not.
@Suite(.timeLimit(.minutes(3))) struct ExternalLearnerTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// What a launcher says that an external learner must name.
    private struct Invitation {
        var run: String
        var rendezvous: String
        var digest: String
    }

    private func invited(by launcher: Running) async throws -> Invitation {
        let line = try await launcher.line { $0.contains("joins by itself") }
        guard
            let match = line.firstMatch(
                of: /'b' joins by itself: run (\S+), rendezvous (\S+), stage 1, digest (\w{64})/)
        else { throw Unexpected(line) }
        return Invitation(
            run: String(match.1), rendezvous: String(match.2), digest: String(match.3))
    }

    private func words(_ command: String) throws -> [String] {
        [
            command, try place.pair(), "learners.b.external=true", "exchange.transport=tcp",
            "exchange.timeouts.join=600",
        ]
    }

    /// Starts a learner by hand.
    private func join(
        _ invitation: Invitation, as name: String = "b", run: String? = nil,
        _ overrides: [String] = []
    ) async throws -> Finished {
        try await Cohort.run(
            words("learner") + overrides + [
                "--name", name, "--run", run ?? invitation.run, "--rendezvous",
                invitation.rendezvous, "--directory", "\(place.path)/elsewhere",
            ], in: place)
    }

    @Test func theRightOneJoinsAndTheRunIsAsIfItWereStartedHere() async throws {
        let local = try await Cohort.run(["run", try place.pair(), "name=local"], in: place)
        #expect(local.exitCode == .success, "\(local.complaint)")
        let (learner, launcher) = try await Cohort.run(words("run"), in: place) { launcher in
            try await join(invited(by: launcher))
        }
        #expect(learner.exitCode == .success, "\(learner.complaint)")
        #expect(launcher.exitCode == .success, "\(launcher.complaint)")
        let elsewhere = RunDirectory(path: "\(place.path)/elsewhere")
        #expect(try place.latest().weights(of: "a") == place.latest("local").weights(of: "a"))
        #expect(try elsewhere.weights(of: "b") == place.latest("local").weights(of: "b"))
    }

    @Test func theDigestIsTheOneThatCheckPrints() async throws {
        let checked = try await Cohort.run(words("check"), in: place)
        let (invitation, launcher) = try await Cohort.run(words("run"), in: place) { launcher in
            let invitation = try await invited(by: launcher)
            launcher.signal(SIGINT)
            return invitation
        }
        #expect(launcher.exitCode == .signal(SIGINT))
        #expect(checked.output.contains { $0.hasPrefix("\(invitation.digest) without how long") })
    }

    /// A program reads how to join out of `contact.json`, or out of the launcher's only line of
    /// JSON.
    @Test func aProgramFindsHowToJoinAsJSON() async throws {
        let keys = try await Cohort.run(["keys", "new", "b"], in: place)
        #expect(keys.exitCode == .success, "\(keys.complaint)")
        let secured = ["exchange.security=curve", "exchange.keys=\(place.path)/keys"]
        let (found, launcher) = try await Cohort.run(
            words("run") + secured + ["--print-contact", "json"], in: place
        ) { launcher in
            let invitation = try await invited(by: launcher)
            try await launcher.line { $0.hasPrefix("a: start") }
            let found = try contact()
            launcher.signal(SIGINT)
            return (invitation, found)
        }
        let (invitation, written) = found
        #expect(written.run == invitation.run)
        #expect(
            written.runIdentifier.hasPrefix(
                invitation.run.utf8.map { String($0, radix: 16) }.joined()))
        #expect(written.runIdentifier.count == 32)
        #expect(written.rendezvous == invitation.rendezvous)
        #expect(written.configurationDigest == invitation.digest)
        #expect(launcher.complaint.contains("rendezvous key \(written.rendezvousKey ?? "-")"))
        #expect(written.keys.keys.sorted() == ["a", "b"])
        #expect(keys.output.joined().contains("b"))
        #expect(written.external == ["b"] && written.steps == ["a": 16, "b": 16])
        #expect(written.stage == 1 && written.stages == 1 && written.protocolVersion == 1)
        #expect(written.classes == 10 && written.sampleOrder?.count == 16)
        let line = try #require(launcher.output.first)
        #expect(try JSONDecoder().decode(JoiningContact.self, from: Data(line.utf8)) == written)
        #expect(!FileManager.default.fileExists(atPath: place.latest().contact))
    }

    private func contact() throws -> JoiningContact {
        try JSONDecoder().decode(
            JoiningContact.self,
            from: Data(contentsOf: URL(fileURLWithPath: place.latest().contact)))
    }

    /// A program that reads the file of a launcher that was killed would wait for nobody.
    @Test func theContactOfAKilledLauncherIsReplaced() async throws {
        let words = try words("run")
        let (old, _) = try await Cohort.run(words, in: place) { launcher in
            try await launcher.line { $0.hasPrefix("a: start") }
            launcher.signal(SIGKILL)
            return try contact()
        }
        #expect(FileManager.default.fileExists(atPath: place.latest().contact))
        _ = try await place.isDeserted(within: .seconds(10))
        let (new, _) = try await Cohort.run(words, in: place) { launcher in
            try await launcher.line { $0.hasPrefix("a: start") }
            defer { launcher.signal(SIGINT) }
            return try contact()
        }
        #expect(new.run == old.run && new.launcher.process != old.launcher.process)
    }

    @Test func theWrongOnesAreRefusedAndDisturbNobody() async throws {
        let (refused, launcher) = try await Cohort.run(words("run"), in: place) { launcher in
            let invitation = try await invited(by: launcher)
            try await launcher.line { $0.hasPrefix("a: start") }
            let refused = [
                try await join(invitation, ["seed=2"]),
                try await join(invitation, run: "another"),
                try await join(invitation, as: "a"),
                try await join(invitation, as: "d", ["learners.d={model: mlp}"]),
                try await join(invitation, as: "d"),
            ]
            _ = try await join(invitation)
            return refused
        }
        #expect(
            refused.map(\.exitCode) == [
                .configuration, .notAuthorised, .notAuthorised, .configuration, .configuration,
            ])
        let reasons = [
            "'b': the settings of this run are others (seed: 2, there 1)", "'b': this is run",
            "'a': another 'a'", "'d': the settings of this run are others", "unknown learner 'd'",
        ]
        for (finished, reason) in zip(refused, reasons) {
            #expect(finished.errors.last?.contains(reason) == true, "\(finished.complaint)")
        }
        // Only the refused side knows which settings differ.
        for reason in reasons.dropLast() {
            let said = reason.replacing(" (seed: 2, there 1)", with: "")
            #expect(launcher.complaint.contains("the rendezvous refused \(said)"))
        }
        #expect(launcher.exitCode == .success, "\(launcher.complaint)")
    }

    /// Whoever reads the refusal must find in it the words that they gave.
    @Test func aRefusedRunIsNamedAsItWasGiven() async throws {
        let ((refused, run), _) = try await Cohort.run(words("run"), in: place) { launcher in
            let invitation = try await invited(by: launcher)
            let refused = try await join(invitation, run: "another")
            launcher.signal(SIGINT)
            return (refused, invitation.run)
        }
        let reason = try #require(refused.errors.last)
        #expect(reason.contains(run) && reason.contains("another"), "\(reason)")
    }

    @Test func oneThatDiesIsNamedByTheOthers() async throws {
        let (_, launcher) = try await Cohort.run(
            words("run") + ["exchange.timeouts.step=2", "training.steps=100000000"], in: place
        ) { launcher in
            let invitation = try await invited(by: launcher)
            let words =
                try words("learner") + [
                    "training.steps=100000000", "--name", "b", "--run", invitation.run,
                    "--rendezvous",
                    invitation.rendezvous, "--directory", "\(place.path)/elsewhere",
                ]
            _ = try await Cohort.run(words, in: place) { learner in
                try await learner.areTraining(["b"])
                learner.signal(SIGKILL)
            }
        }
        #expect(launcher.exitCode == .unavailable)
        let reason = try #require(launcher.errors.last)
        #expect(reason.contains("'b'") && !reason.contains("it lives"), "\(reason)")
    }
}

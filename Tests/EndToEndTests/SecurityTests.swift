import Foundation
import Reporting
import Testing

/// Keys, from the command line to learners that use them.
@Suite(.timeLimit(.minutes(3))) struct SecurityTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private struct Invitation {
        var run: String
        var rendezvous: String
        var key: String
    }

    private func invited(by launcher: Running) async throws -> Invitation {
        let line = try await launcher.line { $0.contains("joins by itself") }
        let pattern = /run (\S+), rendezvous (\S+), .* rendezvous key ([0-9a-f]{64})/
        guard let match = line.firstMatch(of: pattern) else { throw Unexpected(line) }
        return Invitation(
            run: String(match.1), rendezvous: String(match.2), key: String(match.3))
    }

    private func words(_ command: String) throws -> [String] {
        [
            command, try place.pair(), "learners.b.external=true", "exchange.transport=tcp",
            "exchange.security=curve", "exchange.keys=known", "exchange.timeouts.join=600",
        ]
    }

    private func makeKeys(_ folder: String, _ name: String = "b") async throws {
        let made = try await Cohort.run(["keys", "new", name, "--folder", folder], in: place)
        #expect(made.exitCode == .success, "\(made.complaint)")
    }

    private func join(
        _ invitation: Invitation, key: String?, rendezvous: String? = nil,
        _ overrides: [String] = []
    ) async throws -> Finished {
        try await Cohort.run(
            words("learner") + overrides + [
                "--name", "b", "--run", invitation.run, "--rendezvous", invitation.rendezvous,
                "--directory", "\(place.path)/elsewhere",
            ] + (key.map { ["--key", $0] } ?? [])
                + ["--rendezvous-key", rendezvous ?? invitation.key], in: place)
    }

    /// Its private file never leaves its folder: the launcher has the public one alone.
    @Test func anExternalLearnerWithKeysJoinsAndTheBitsAreThoseOfAPlainRun() async throws {
        let plain = try await Cohort.run(["run", try place.pair(), "name=plain"], in: place)
        #expect(plain.exitCode == .success, "\(plain.complaint)")
        try await makeKeys("own")
        try await makeKeys("other")
        try FileManager.default.createDirectory(
            atPath: "\(place.path)/known", withIntermediateDirectories: false)
        try FileManager.default.copyItem(
            atPath: "\(place.path)/own/b.key", toPath: "\(place.path)/known/b.key")
        let (joined, launcher) = try await Cohort.run(words("run"), in: place) { launcher in
            let invitation = try await invited(by: launcher)
            let hasty = ["exchange.timeouts.join=1"]
            let refused = [
                try await join(invitation, key: nil),
                try await join(invitation, key: "own/b.key"),
                try await join(invitation, key: "other/b.key_secret", hasty),
                try await join(
                    invitation, key: "own/b.key_secret",
                    rendezvous: String(invitation.key.reversed()), hasty),
            ]
            #expect(
                refused.map(\.exitCode) == [
                    .notAuthorised, .corruptData, .unavailable, .unavailable,
                ])
            return try await join(invitation, key: "own/b.key_secret")
        }
        #expect(joined.exitCode == .success, "\(joined.complaint)")
        #expect(launcher.exitCode == .success, "\(launcher.complaint)")
        #expect(launcher.complaint.contains("refused a connection from 127.0.0.1: its key is not"))
        let elsewhere = RunDirectory(path: "\(place.path)/elsewhere")
        #expect(try place.latest().weights(of: "a") == place.latest("plain").weights(of: "a"))
        #expect(try elsewhere.weights(of: "b") == place.latest("plain").weights(of: "b"))
    }

    @Test func aLaunchMakesItsOwnKeysAndRemovesThem() async throws {
        let run = try await Cohort.run(
            ["run", try place.pair(), "exchange.security=curve"], in: place)
        #expect(run.exitCode == .success, "\(run.complaint)")
        let left = try FileManager.default.contentsOfDirectory(atPath: place.path)
        #expect(!left.contains { $0.hasPrefix("cohort-") }, "\(left)")
    }

    @Test func anExternalLearnerWithoutAKeyIsNotWaitedFor() async throws {
        let run = try await Cohort.run(words("run"), in: place)
        #expect(run.exitCode == .notAuthorised)
        #expect(run.complaint.contains("run `cohort keys new b` on its host"), "\(run.complaint)")
    }

    @Test func keysAreListedShownAndChecked() async throws {
        try await makeKeys("keys", "a")
        try await makeKeys("keys", "b")
        let listed = try await Cohort.run(["keys", "list"], in: place)
        let shown = try await Cohort.run(["keys", "show", "a"], in: place)
        let checked = try await Cohort.run(["keys", "check"], in: place)
        #expect(listed.output.map { $0.prefix(2) } == ["a\t", "b\t"])
        let key = listed.output[0].split(separator: "\t")[1]
        #expect(shown.complaint.isEmpty && shown.output.contains("    public-key = \"\(key)\""))
        #expect(checked.output == ["sound: 2 learners, 4 files"])

        let again = try await Cohort.run(["keys", "new", "a"], in: place)
        #expect(again.exitCode == .configuration)
        let files = FileManager.default
        try files.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: "\(place.path)/keys/a.key_secret")
        let loose = try await Cohort.run(["keys", "check"], in: place)
        #expect(loose.exitCode == .notAuthorised)
        try files.removeItem(atPath: "\(place.path)/keys/a.key_secret")
        try await makeKeys("more", "a")
        try files.moveItem(
            atPath: "\(place.path)/more/a.key_secret", toPath: "\(place.path)/keys/a.key_secret")
        let mixed = try await Cohort.run(["keys", "check"], in: place)
        #expect(mixed.exitCode == .corruptData)
        #expect(
            try await Cohort.run(["keys", "list", "--folder", "no"], in: place).exitCode
                == .missingFile)
        #expect(try await Cohort.run(["keys", "new", "../x"], in: place).exitCode == .usage)
    }
}

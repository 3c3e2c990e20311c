import Foundation
import Testing

/// Runs on hosts whose login shell prints; a script stands for ssh.
@Suite(.timeLimit(.minutes(3))) struct HostGreetingTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        try FileManager.default.createDirectory(
            atPath: "\(place.path)/bin", withIntermediateDirectories: true)
        let ssh = try place.write(
            """
            #!/bin/bash
            \(#"printf '\033[31mmotd\377\000 without an end: '; echo "$GREETING" >&2"#)
            export SSH_CONNECTION="127.0.0.1 50000 127.0.0.1 22"
            cd "$REMOTE" && sh -c "${@: -1}"
            code=$?
            printf 'Bye'; echo "$GREETING" >&2
            exit $code
            """, to: "bin/ssh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: ssh)
        _ = try place.write(
            "n1 slots=2 dir=\(place.path)/remote cohort=\(Cohort.program)\n", to: "hosts")
    }

    private func run(_ words: [String]) async throws -> Finished {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return try await Cohort.run(
            words, in: place,
            environment: [
                "PATH": "\(place.path)/bin:\(path)", "REMOTE": place.path, "GREETING": "Welcome",
            ])
    }

    @Test(arguments: ["plain", "curve"])
    func aRunNoticesNothingOfIt(security: String) async throws {
        let finished = try await run([
            "run", try place.pair(), "--hosts", "hosts", "exchange.security=\(security)",
            "--gather",
            "models,journals",
        ])
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(finished.output.first?.hasPrefix("learner") == true)
        #expect(!finished.complaint.contains("Welcome") && !finished.complaint.contains("Bye"))
        let log = try place.text(place.latest().launcherLog)
        #expect(!log.contains("Welcome") && !log.contains("motd"))
        #expect(try place.text(place.latest().learner("a").log).contains("end after step 16"))
        let local = try await Cohort.run(["run", try place.pair(), "name=local"], in: place)
        #expect(local.exitCode == .success)
        #expect(try place.latest().weights(of: "a") == place.latest("local").weights(of: "a"))
        // The link to the program that the run began with is gone with the run.
        let folder = "\(place.path)/remote/runs/pair"
        let left =
            FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
        #expect(!left.isEmpty && !left.contains { $0.hasSuffix("-bin") })
    }

    /// The doctor leaves hosts as they are, so that the folder must be there.
    @Test func doctorNoticesNothingOfIt() async throws {
        try FileManager.default.createDirectory(
            atPath: "\(place.path)/remote", withIntermediateDirectories: true)
        let finished = try await run(["doctor", try place.pair(), "--hosts", "hosts"])
        #expect(finished.exitCode == .success, "\(finished.complaint)")
    }

    /// What a host prints in place of running anything is passed on.
    @Test func aHostThatRunsNothingIsQuoted() async throws {
        let ssh = try place.write(
            "#!/bin/sh\necho This account is not available.\nexit 1\n", to: "bin/ssh")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: ssh)
        let finished = try await run(["run", try place.pair(), "--hosts", "hosts"])
        #expect(finished.exitCode == .unavailable)
        #expect(finished.complaint.contains("This account is not available."))
    }
}

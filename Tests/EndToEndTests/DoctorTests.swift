import Bytes
import Foundation
import Subprocess
import Testing

/// `cohort doctor` on this host; scripts/test-ssh.sh looks at others.
@Suite(.timeLimit(.minutes(3))) struct DoctorTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func doctor(
        _ arguments: String..., environment: [Environment.Key: String] = [:],
        by wrapper: [String] = []
    ) async throws -> Finished {
        try await Cohort.run(
            ["doctor"] + arguments, in: place, environment: environment, by: wrapper)
    }

    /// What a line says of a check.
    private func row(_ check: String, of finished: Finished) throws -> String {
        try #require(finished.output.first { $0.hasPrefix(check) })
    }

    /// What lies in the folder, and below.
    private func files() -> Set<String> {
        Set(FileManager.default.enumerator(atPath: place.path)?.compactMap { $0 as? String } ?? [])
    }

    @Test func aSoundHostIsShown() async throws {
        let configuration = try place.pair()
        let before = files()
        let finished = try await doctor(configuration)
        #expect(finished.exitCode == .success)
        #expect(!finished.output.contains { $0.contains(" failure ") })
        #expect(try row("data", of: finished).contains("digits: 1257 training samples"))
        #expect(try row("ports", of: finished).contains("binds 127.0.0.1"))
        #expect(try row("disk", of: finished).contains("a run leaves up to"))
        #expect(try row("memory", of: finished).contains("2 learners need about"))
        #expect(finished.errors.isEmpty)
        #expect(files() == before, "it leaves nothing behind")
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
        #expect(data.contains(" failure ") && data.contains(images))
        #expect(try row("ports", of: finished).contains(" failure "))
    }

    @Test func damagedDataAreNamed() async throws {
        let pair = IDXFile.pair(count: 20, size: 8, classes: 10)
        let images = try place.write(pair.images.dropLast(5), to: "images")
        let labels = try place.write(pair.labels, to: "labels")
        let finished = try await doctor(
            try place.pair(), "--only", "data",
            "data={set: idx, options: {images: \(images), labels: \(labels)}, validation: 0.2}")
        #expect(finished.exitCode == .corruptData)
        #expect(try row("data", of: finished).contains(images))
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

    @Test func aTemporaryFolderThatIsMissing() async throws {
        let finished = try await doctor(
            "--only", "temporary", environment: ["TMPDIR": "/nonexistent"])
        #expect(finished.exitCode == .disk)
        #expect(try row("temporary", of: finished).contains("export TMPDIR=/tmp"))
    }

    @Test func aTemporaryFolderThatIsTooLong() async throws {
        let folder = place.path + "/" + String(repeating: "x", count: 200)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        let finished = try await doctor("--only", "temporary", environment: ["TMPDIR": folder])
        #expect(finished.exitCode == .success)
        #expect(try row("temporary", of: finished).contains(" warning  sockets are made in /tmp"))
    }

    @Test func fewFilesAreAllowed() async throws {
        let finished = try await doctor(
            try place.pair(), by: ["sh", "-c", "ulimit -n 32; exec \"$@\"", "sh"])
        #expect(finished.exitCode == .configuration)
        #expect(try row("files", of: finished).contains("ulimit -n 268"))
    }

    @Test func signalsThatWereIgnored() async throws {
        let finished = try await doctor(
            "--only", "signals", by: ["sh", "-c", "trap '' PIPE CHLD TERM; exec \"$@\"", "sh"])
        #expect(finished.exitCode == .success)
        #expect(try row("signals", of: finished).contains(" warning "))
    }

    /// Root may write everywhere, but not on a file system that is mounted without.
    @Test func aDiskThatIsReadOnly() async throws {
        try FileManager.default.createDirectory(
            atPath: place.runs, withIntermediateDirectories: true)
        let mount = "mount --bind \"$0\" \"$0\" && mount -o remount,bind,ro \"$0\" && exec \"$@\""
        let finished = try await doctor(
            try place.pair(), "--only", "disk",
            by: ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, place.runs])
        #expect(finished.exitCode == .disk)
        #expect(try row("disk", of: finished).contains("Read-only file system"))
    }

    @Test func namesOfHostsAreResolved() async throws {
        let finished = try await doctor(
            "--only", "names", "--resolve", "localhost", "--resolve", "gone.invalid")
        #expect(finished.exitCode == .unavailable)
        #expect(finished.output.contains { $0.contains("gone.invalid") })
    }

    @Test func theResultAsJSON() async throws {
        let finished = try await doctor("--json", "--only", "clock", "--only", "temporary")
        #expect(finished.exitCode == .success)
        let line = try #require(finished.output.first)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        let findings = try #require(object["findings"] as? [[String: Any]])
        #expect(findings.map { $0["check"] as? String } == ["temporary", "clock"])
        #expect(findings.allSatisfy { $0["state"] as? String == "ok" })
        let failing = try await doctor("--json", environment: ["TMPDIR": "/nonexistent"])
        #expect(failing.exitCode == .disk)
    }

    @Test func aHostThatRefusesIsNamed() async throws {
        let hosts = try place.write("127.0.0.1 port=1 slots=2\n", to: "hosts")
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
        (["--only", "dsk"], ExitCode.usage, "did you mean 'disk'?"),
    ])
    func whatMakesNoSenseIsRefused(words: [String], code: ExitCode, complaint: String) async throws
    {
        let finished = try await Cohort.run(["doctor"] + words, in: place)
        #expect(finished.exitCode == code)
        #expect(finished.complaint.contains(complaint))
    }
}

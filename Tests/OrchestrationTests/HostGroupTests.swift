import Bytes
import Experiment
import Foundation
import Launching
import Orchestration
import Testing

/// What the launcher makes of the hosts' answers; ssh itself has a test of its own.
struct HostGroupTests {
    private let configuration: ExperimentConfiguration
    private let own: Examination
    private static let time = 1_000_000.0

    init() throws {
        configuration = try trio()
        own = Examination(version: "1", build: "b1", configuration: configuration.digest)
    }

    /// What the doctor of a sound host finds.
    private func sound(_ change: (inout Examination) -> Void = { _ in }) -> Examination {
        var found = Examination(
            version: "1", build: "b1", configuration: configuration.digest, processors: .eight,
            time: Self.time)
        found.address = "10.0.0.1"
        found.caller = "10.0.0.9"
        found.findings = [.ok("9 GB free", of: "disk")]
        change(&found)
        return found
    }

    private func text(_ found: Examination) throws -> String {
        String(decoding: try JSONEncoder().encode(found), as: UTF8.self) + "\n"
    }

    private func group(_ hosts: String, _ shell: FakeShell, copies: Bool = false) throws
        -> HostGroup
    {
        HostGroup(file: try Hostfile(hosts), shell: shell, copies: copies) { Self.time }
    }

    /// The reports of hosts that answer each in its way.
    private func reports(
        _ hosts: String = "one slots=2\ntwo\n",
        _ answer: @escaping FakeShell.Answer
    ) async throws -> [HostReport] {
        let group = try group(hosts, FakeShell(answer))
        return await group.examine(
            group.file.hosts, for: configuration, try group.placement(of: configuration), own: own)
    }

    @Test func hostsThatAgreeAreSound() async throws {
        let answer = try text(sound())
        let reports = try await reports { _, _ in .success(answer) }
        #expect(reports.map(\.host.name) == ["one", "two"])
        #expect(reports.map(\.learners) == [["a", "c"], ["b"]])
        try reports.requireSound()
        #expect(reports.allSatisfy { $0.remarks.isEmpty && $0.offset == 0 })
        #expect(
            reports.text(beside: own).contains(/one +a, c +yes +1 +same +- +- +ok +- +8 +\+0.0 s/))
    }

    @Test func aHostThatIsNotReachedIsNamedAndTheOthersAreExamined() async throws {
        let answer = try text(sound())
        let reports = try await reports { host, _ in
            guard host.name == "two" else { return .success(answer) }
            throw HostError("could not reach two: refused", exitCode: .unavailable)
        }
        #expect(reports[0].problem == nil && reports[0].found != nil)
        #expect(reports[1].problem?.exitCode == .unavailable)
        let error = try #require(throws: HostError.self) { try reports.requireSound() }
        #expect(error.exitCode == .unavailable)
        #expect(error.description == "two: could not reach two: refused")
        #expect(reports.text(beside: own).contains(/two +b +no/))
    }

    /// Many are asked at the same time; the first in the file counts, not the first to answer.
    @Test func theFirstProblemInTheFilesOrderEndsTheRun() async throws {
        let (old, full) = (
            try text(sound { $0.version = "0" }),
            try text(
                sound { $0.findings = [.failure("no space", exitCode: .disk, of: "disk")] })
        )
        let reports = try await reports { host, _ in .success(host.name == "one" ? full : old) }
        let error = try #require(throws: HostError.self) { try reports.requireSound() }
        #expect(error.exitCode == .disk && error.description == "one: no space")
        #expect(reports[1].problem?.exitCode == .version)
        #expect(reports[1].problem?.description.contains("of version 0, and this one of 1") == true)
    }

    @Test func anotherConfigurationIsRefused() async throws {
        let answer = try text(sound { $0.configuration = "other" })
        let reports = try await reports { _, _ in .success(answer) }
        #expect(reports[0].problem?.exitCode == .version)
        #expect(reports[0].problem?.description.contains("(digest other)") == true)
        #expect(reports.text(beside: own).contains("another"))
    }

    @Test func anotherBuildAndAnotherClockAreRemarked() async throws {
        let answer = try text(
            sound {
                $0.build = "b2"
                $0.time += 3
            })
        let reports = try await reports { _, _ in .success(answer) }
        try reports.requireSound()
        #expect(reports[0].offset == 3)
        #expect(reports[0].remarks.count == 2)
        #expect(reports[0].remarks[0].contains("another build"))
        #expect(reports[0].remarks[1].contains("its clock differs"))
    }

    @Test func aLoginShellMayPrintLinesOfItsOwn() async throws {
        let answer = "Welcome to one!\n" + (try text(sound()))
        let reports = try await reports { _, _ in .success(answer) }
        try reports.requireSound()
    }

    static let ends: [(ExitCode, ExitCode, String)] = [
        (ExitCode(rawValue: 127), .missingFile, "there is no program bin/cohort in cohort"),
        (ExitCode(rawValue: 126), .missingFile, "cannot be executed: give it the permission"),
        (.missingFile, .missingFile, "there is no folder cohort: make it"),
        (.usage, .version, "ended with exit code 64: words"),
        (.configuration, .configuration, "ended with exit code 78: words"),
        (.success, .version, "printed no examination"),
    ]

    @Test(arguments: ends)
    func aDoctorThatFailsIsReported(
        code: ExitCode, expected: ExitCode, words: String
    ) async throws {
        let reports = try await reports { _, _ in
            SSH.Finished(exitCode: code, output: "no JSON", errors: "words")
        }
        #expect(reports[0].problem?.exitCode == expected)
        #expect(reports[0].problem?.description.contains(words) == true)
    }

    /// What the loader writes where a library is not installed.
    @Test(arguments: [
        ("libjpeg.so.62", "install Debian's libjpeg62-turbo there"),
        ("libpng16.so.16", "install Debian's libpng16-16 there"),
        ("libzmq.so.5", "install Debian's libzmq5 there"),
        ("libswiftCore.so", "by --copy"),
    ])
    func aMissingLibraryIsNamedWithItsPackage(file: String, remedy: String) async throws {
        let reports = try await reports { _, _ in
            SSH.Finished(
                exitCode: ExitCode(rawValue: 127), output: "",
                errors: "bin/cohort: error while loading shared libraries: \(file): cannot open"
                    + " shared object file: No such file or directory")
        }
        let problem = try #require(reports[0].problem)
        #expect(problem.exitCode == .missingFile)
        #expect(
            problem.description.contains("bin/cohort needs \(file), which this host lacks: ")
                && problem.description.contains(remedy), "\(problem)")
    }

    @Test func theDoctorIsAskedForTheLearnersOfItsHost() async throws {
        let answer = try text(sound())
        let shell = FakeShell { _, _ in .success(answer) }
        let group = try group("one slots=2 bind=10.0.0.7\ntwo addr=node2\n", shell)
        _ = await group.examine(
            group.file.hosts, for: configuration, try group.placement(of: configuration), own: own)
        let one = try #require(shell.scripts(to: "one").first)
        #expect(
            one.contains(
                "'doctor' '--json' '-' '--learner' 'a' '--learner' 'c' '--bind' '10.0.0.7'"))
        // A name cannot be bound.
        #expect(shell.scripts(to: "two").first?.contains("'--bind' '0.0.0.0'") == true)
        // Each host resolves the names at which it is to reach the others.
        #expect(one.contains("'--resolve' 'node2'") && !one.contains("--only"))
        #expect(!one.contains("mkdir"), "it changes nothing")
    }

    @Test func aRunAsksForWhatItCannotDoWithout() async throws {
        var own = try Examination(asking: configuration)
        (own.address, own.caller) = ("10.0.0.1", "10.0.0.9")
        let answer = try text(own)
        let shell = FakeShell { _, _ in .success(answer) }
        let group = try group("one slots=2\ntwo addr=node2\n", shell)
        _ = try await group.ready(configuration) { _ in }
        let script = try #require(shell.scripts(to: "one").first)
        #expect(script.contains("'--only' 'disk'") && !script.contains("'--only' 'speed'"))
        #expect(!script.contains("--resolve"))
    }

    @Test func warningsOfAHostAreRemarks() async throws {
        let answer = try text(
            sound {
                $0.findings += [
                    .warning("9 GFLOP/s", remedy: "see `top`", of: "speed"),
                    .failure("no name", exitCode: .unavailable, of: "names"),
                ]
            })
        let reports = try await reports { _, _ in
            // With a failure the doctor also ends with its code.
            SSH.Finished(exitCode: .unavailable, output: answer, errors: "")
        }
        #expect(reports[0].remarks == ["speed: 9 GFLOP/s: see `top`"])
        #expect(reports[0].problem?.exitCode == .unavailable)
        #expect(reports.text(beside: own).contains(/one +a, c +yes .* ok +failure +8/))
    }

    @Test func onlyAHostWithoutTheProgramIsSentIt() async throws {
        let answer = try text(sound())
        let shell = FakeShell { host, script in
            if script.contains("sha256sum") { return .success(host.name == "one" ? "b1  x" : "") }
            return .success(script.contains("'doctor'") ? answer : "")
        }
        let group = try group("one slots=2\ntwo\n", shell, copies: true)
        let reports = await group.examine(
            group.file.hosts, for: configuration, try group.placement(of: configuration), own: own)
        try reports.requireSound()
        #expect(!shell.scripts(to: "one").contains { $0.contains("chmod") })
        #expect(
            shell.scripts(to: "two").contains { $0.contains("'mv' '-f' '--' 'bin/cohort.new-") })
    }

    /// As ``HostGroup/ready(_:notice:)`` compares with this very program.
    private func ready(
        _ hosts: String, _ change: @escaping @Sendable (String, inout Examination) -> Void
    ) async throws -> (ExperimentConfiguration, [String]) {
        var base = try Examination(asking: configuration)
        base.time = Self.time
        let notices = Notices()
        let shell = FakeShell { [base] host, _ in
            var found = base
            (found.address, found.caller) = ("10.0.0.1", "10.0.0.9")
            change(host.name, &found)
            return .success(String(decoding: try JSONEncoder().encode(found), as: UTF8.self))
        }
        let (_, _, addressed) = try await group(hosts, shell).ready(
            configuration, notice: notices.add)
        return (addressed, notices.lines)
    }

    @Test func theLauncherIsReachedWhereTheHostsWereCalledFrom() async throws {
        let (configuration, notices) = try await ready("one slots=3\n") { _, _ in }
        #expect(configuration.exchange.host == "10.0.0.9")
        #expect(notices == ["hosts are ready: a on one, b on one, c on one"])
        let (several, _) = try await ready("one slots=2\ntwo\n") { host, found in
            found.caller = host == "one" ? "10.0.0.9" : "10.1.0.9"
        }
        #expect(several.exchange.host == "0.0.0.0", "each host is given its own")
        let (six, _) = try await ready("one slots=2\ntwo\n") { host, found in
            found.caller = host == "one" ? "10.0.0.9" : "fd00::9"
        }
        #expect(six.exchange.host == "[::]")
    }

    @Test func aHostThatOnlyTheLauncherReachesIsRefused() async throws {
        let error = try await #require(throws: HostError.self) {
            _ = try await ready("one slots=2\ntwo\n") { host, found in
                if host == "two" { found.address = "127.0.0.1" }
            }
        }
        #expect(error.description.contains("two: ssh reaches it at 127.0.0.1"))
        // Where all are this host, they reach one another.
        _ = try await ready("one slots=2\ntwo\n") { _, found in found.address = "127.0.0.1" }
    }

    @Test func hostsThatDoNotSayWhoCalledNeedAnAddress() async throws {
        let error = try await #require(throws: HostError.self) {
            _ = try await ready("one slots=3\n") { _, found in found.caller = nil }
        }
        #expect(error.exitCode == .configuration)
        #expect(error.description.contains("exchange.host=ADDRESS"))
    }
}

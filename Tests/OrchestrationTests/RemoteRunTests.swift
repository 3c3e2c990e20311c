import Bytes
import Exchange
import Experiment
import Foundation
import Launching
import Orchestration
import Reporting
import Subprocess
import Testing
import ZeroMQ

/// What hosts receive before a run, and what is fetched after it.
struct RemoteRunTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    private var directory: RunDirectory { RunDirectory(path: "\(folder.path)/20260101-000000-x") }

    /// A run on two hosts of 8 threads: `one` has `a` and `c`, `two` has `b`.
    private func run(
        _ shell: FakeShell, _ configuration: ExperimentConfiguration? = nil,
        found: Bool = true
    ) throws -> RemoteRun {
        let configuration = try configuration ?? trio()
        let hosts = try Hostfile("one slots=2\ntwo addr=node2\n")
        let placement = try HostGroup(file: hosts, shell: shell).placement(of: configuration)
        var examination = Examination(version: "1", build: "b", processors: .eight)
        (examination.address, examination.caller) = ("fd00::1", "10.0.0.9")
        let all = Dictionary(uniqueKeysWithValues: hosts.hosts.map { ($0, examination) })
        try directory.create()
        return RemoteRun(
            placement, shell: shell, found: found ? all : [:], configuration, directory: directory)
    }

    @Test func learnersShareTheThreadsOfTheirHost() throws {
        let run = try run(FakeShell { _, _ in .success() })
        func words(_ name: String, _ started: [String]) throws -> [String] {
            try run.process(
                name, among: started, in: directory.stage(2), ["--stage", "2"], isOptional: false
            ).arguments
        }
        let a = try words("a", ["a", "b", "c"])
        #expect(a[..<2] == ["learner", "runs/trio/20260101-000000-x/config.yaml"])
        #expect(a.contains("exchange.host=\"[fd00::1]\""))
        #expect(
            a.suffix(10) == [
                "--name", "a", "--directory", "runs/trio/20260101-000000-x/stages/2", "--threads",
                "4", "--threads-reason", "8 processors, shared by 2 processes", "--stage", "2",
            ])
        #expect(try words("a", ["a", "b"]).contains("8"), "'c' does not run now")
        let b = try words("b", ["b"])
        #expect(b.contains("exchange.advertise=\"node2\""))
        #expect(b.contains("exchange.host=\"0.0.0.0\""), "a name cannot be bound")
    }

    @Test func aHostWithoutAnAddressIsRefused() throws {
        let run = try run(FakeShell { _, _ in .success() }, found: false)
        let error = try #require(throws: HostError.self) {
            try run.process("a", among: ["a"], in: directory, [], isOptional: false)
        }
        #expect(error.description == "one: name its address by addr=")
    }

    @Test func theRendezvousIsReachedWhereTheHostWasCalledFrom() throws {
        let run = try run(FakeShell { _, _ in .success() })
        #expect(run.rendezvous("tcp://0.0.0.0:99", for: "a") == "tcp://10.0.0.9:99")
        let named = try self.run(
            FakeShell { _, _ in .success() }, try trio("exchange.host=10.1.0.1"))
        #expect(named.rendezvous("tcp://10.1.0.1:99", for: "a") == "tcp://10.1.0.1:99")
    }

    private static func certificates(_ names: String...) throws -> String {
        try names.map { Certificate(name: $0, keys: try CurveKeyPair()).publicText }.joined()
    }

    @Test func everyHostMakesKeysForItsLearnersAlone() async throws {
        let texts = ["one": try Self.certificates("a", "c"), "two": try Self.certificates("b")]
        let shell = FakeShell { host, _ in .success(texts[host.name] ?? "") }
        var run = try run(shell, try trio("exchange.security=curve"))
        try await run.prepare()
        #expect(Set(run.keys.keys) == ["a", "b", "c"])
        let scripts = shell.scripts(to: "two").joined()
        #expect(scripts.contains("'keys' 'new' 'b'") && !scripts.contains("'keys' 'new' 'a'"))
    }

    @Test func keysForOtherNamesAreRefused() async throws {
        let texts = ["one": try Self.certificates("a", "b"), "two": try Self.certificates("b")]
        var run = try run(
            FakeShell { host, _ in .success(texts[host.name] ?? "") },
            try trio("exchange.security=curve"))
        let error = try await #require(throws: HostError.self) { try await run.prepare() }
        #expect(error.exitCode == .notAuthorised)
        #expect(error.description.hasPrefix("one: it made keys for other names"))
    }

    @Test func aHostThatCannotBePreparedIsNamed() async throws {
        let shell = FakeShell { host, _ in
            SSH.Finished(
                exitCode: host.name == "two" ? .disk : .success, output: "", errors: "full")
        }
        var run = try run(shell, try trio("exchange.security=plain"))
        let error = try await #require(throws: HostError.self) { try await run.prepare() }
        #expect(error.exitCode == .disk && error.description == "two: full")
    }

    @Test func oneLostHostKeepsNoOtherFromBeingFetched() async throws {
        let asked = Notices()
        let shell = FakeShell { host, _ in
            asked.add(host.name)
            if host.name == "one" {
                throw HostError("could not reach one", exitCode: .unavailable)
            }
            return SSH.Finished(exitCode: .failure, output: "", errors: "no tar")
        }
        let run = try run(shell)
        let error = try await #require(throws: HostError.self) { try await run.gather([]) }
        #expect(error.exitCode == .unavailable, "the first host of the file is named")
        #expect(Set(asked.lines) == ["one", "two"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func theRunsOwnFailureOutranksThatOfFetching() async throws {
        struct Failed: Error, Equatable {}
        let run = try run(
            FakeShell { _, _ in throw HostError("could not reach it", exitCode: .unavailable) })
        let notices = Notices()
        await #expect(throws: Failed()) {
            try await run.gathering([], notice: notices.add) { throw Failed() }
        }
        #expect(notices.lines == ["could not reach it"])
        await #expect(throws: HostError.self) {
            try await run.gathering([], notice: notices.add) {}
        }
    }

    /// A host packs what it likes: only files of its own learners are unpacked, and none elsewhere.
    @Test func onlyFilesOfTheHostsOwnLearnersAreUnpacked() async throws {
        let source = "\(folder.path)/source"
        let members = [
            "./learners/a/log.txt", "./learners/b/log.txt", "./alone/learners/c/log.txt",
            "./stages/2/learners/a/metrics.jsonl", "./config.yaml",
        ]
        for member in members {
            let url = URL(fileURLWithPath: "\(source)/\(member)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("x".utf8).write(to: url)
        }
        let packed = try await Subprocess.run(
            .name("tar"), arguments: ["-c", "-f", "-", "-C", source, "."],
            output: .string(limit: 1 << 20))
        let archive = packed.standardOutput
        let run = try run(FakeShell { host, _ in .success(host.name == "one" ? archive : "") })
        await #expect(throws: HostError.self) { try await run.gather([.models]) }
        let files = FileManager.default.enumerator(atPath: directory.path)?
            .compactMap { $0 as? String }.filter { $0.contains(".") }
        #expect(
            Set(files ?? []) == [
                "learners/a/log.txt", "alone/learners/c/log.txt",
                "stages/2/learners/a/metrics.jsonl",
            ])
    }

    @Test func extrasAreAskedForByName() async throws {
        let shell = FakeShell { _, _ in throw HostError("gone", exitCode: .unavailable) }
        let run = try run(shell)
        try? await run.gather([.journals])
        let script = try #require(shell.scripts(to: "one").first)
        #expect(script.contains("*/journal/*") && !script.contains("*/checkpoints/*"))
        #expect(!script.contains("answers.safetensors"))
        #expect(script.contains("'runs/trio/20260101-000000-x/keys/c'"), "keys are removed")
        for name in ["metrics.jsonl", "epochs.csv", "events.out.tfevents.*"] {
            #expect(script.contains("-name '\(name)'"), "what any sink writes is fetched")
        }
        try? await run.gather([.answers])
        let last = try #require(shell.scripts(to: "one").last)
        #expect(last.contains("-o -name 'answers.safetensors'"))
    }
}

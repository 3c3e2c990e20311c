import Bytes
import Launching
import Subprocess
import Testing

/// What is told to hosts, and what becomes of processes that run there; ssh itself has a test of
/// its own.
@Suite(.timeLimit(.minutes(1)))
struct RemoteProcessTests {
    /// A process that a plan takes for one of another host.
    private func remote(_ name: String, _ text: String) -> ProcessSpec {
        var spec = script(name, text)
        spec.host = "node1"
        return spec
    }

    /// What a POSIX shell makes of a script: its code and what it says.
    private func run(_ script: RemoteScript) async throws -> (TerminationStatus, String) {
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", script.text], output: .string(limit: 4096))
        return (result.terminationStatus, result.standardOutput)
    }

    private var here: RemoteHost {
        var host = RemoteHost(name: "here")
        host.folder = "/"
        return host
    }

    @Test func everyWordArrivesAsItIs() async throws {
        let words = ["it's", "a b", "$HOME", "`id`", "\\", "*", "", "-n", "\"", "é!"]
        var script = RemoteScript(in: here, environment: ["K": "x 'y' $z"])
        script.run(["sh", "-c", "printf '<%s>' \"$K\" \"$PWD\" \"$@\"", "sh"] + words)
        script.exit()
        let (status, output) = try await run(script)
        #expect(output == (["x 'y' $z", "/"] + words).map { "<\($0)>" }.joined())
        #expect(status == .exited(0))
    }

    @Test func theEndOfAKilledProgramIsTold() async throws {
        var script = RemoteScript(in: here)
        script.run(["sh", "-c", "kill -9 $$"])
        script.exit()
        #expect(try await run(script).0 == .exited(137))
    }

    @Test func aScriptEndsWithTheFirstFailure() async throws {
        var script = RemoteScript(in: here)
        script.require(["sh", "-c", "exit 7"])
        script.run(["echo", "never"])
        #expect(try await run(script) == (.exited(7), ""))
    }

    @Test func sshIsCalledWithoutAsking() throws {
        var host = RemoteHost(name: "fd00::1")
        host.user = "anna"
        host.port = 2222
        let ssh = SSH(options: ["BatchMode=no"], configuration: "f", environment: ["K": "v"])
        let process = ssh.process(named: "a", on: host, ["learner", "it's"])
        let words = process.arguments
        #expect(Array(words.prefix(6)) == ["ssh", "-T", "-F", "f", "-o", "BatchMode=no"])
        #expect(words.contains("BatchMode=yes"))
        #expect(!words.contains { $0.contains("StrictHostKeyChecking") })
        let tail = ["-p", "2222", "-l", "anna", "--", "fd00::1"]
        #expect(Array(words.dropLast().suffix(6)) == tail)
        #expect(words.last?.hasPrefix("exec sh -c 'printf ") == true)
        #expect(words.last?.contains("(cd -- '\\''cohort'\\'' || exit 66; ") == true)
        #expect(process.host == "anna@[fd00::1]:2222")
    }

    @Test func theEnvironmentIsChosen() throws {
        let chosen = try RemoteEnvironment.forwarded(
            from: ["COHORT_VECTORS": "avx2", "HOME": "/root", "TOKEN": "t"],
            asked: ["TOKEN", "A=b=c", "OPENBLAS_NUM_THREADS=2"])
        #expect(
            chosen == [
                "COHORT_VECTORS": "avx2", "TOKEN": "t", "A": "b=c", "OPENBLAS_NUM_THREADS": "2",
            ])
        for wrong in ["NOT_SET", "1A=b", "A B=c", "=x"] {
            let error = try #require(throws: HostError.self) {
                try RemoteEnvironment.forwarded(from: [:], asked: [wrong])
            }
            #expect(error.exitCode == .usage)
        }
    }

    @Test func aHostThatSshDoesNotReachIsNamed() async throws {
        let (outcome, _) = try await launch([remote("a", "echo refused >&2; exit 255")])
        #expect(outcome.exitCode == .unavailable)
        let end = try #require(outcome.firstFailure)
        #expect(end.status == .unreachable("node1"))
        #expect(end.description.contains("could not reach node1"))
        #expect(end.description.contains("refused"))
        #expect(end.isWorthRestarting)
    }

    @Test func aProgramThatWasKilledThereCountsAsKilled() async throws {
        let (outcome, _) = try await launch([remote("a", "exit 137")])
        #expect(outcome.firstFailure?.status == .signalled(9))
    }

    /// TERM would end ssh, and nobody would hear what its program does to end well.
    @Test func whatRunsThereIsStoppedByTheEndOfItsInput() async throws {
        let pipe = try await NamedPipe()
        defer { pipe.remove() }
        let (outcome, events) = try await launch([
            remote("a", "echo up > \(pipe.path); cat; echo saved; exit 75"),
            script("b", "read up < \(pipe.path); exit 1"),
        ])
        #expect(events.contains(.output(name: "a", line: "saved")))
        #expect(
            outcome.ends.map(\.status)
                == [.exited(ExitCode(rawValue: 1)), .exited(.preempted)])
        #expect(outcome.exitCode == .signal(-127))
    }

    @Test func whatIgnoresTheEndOfItsInputIsKilledAfterTheGrace() async throws {
        let pipe = try await NamedPipe()
        defer { pipe.remove() }
        let (outcome, _) = try await launch(
            [
                remote("a", "echo up > \(pipe.path); while :; do sleep 3600; done"),
                script("b", "read up < \(pipe.path); exit 1"),
            ], grace: .milliseconds(100))
        #expect(outcome.ends.map(\.status) == [.exited(ExitCode(rawValue: 1)), .signalled(9)])
    }
}

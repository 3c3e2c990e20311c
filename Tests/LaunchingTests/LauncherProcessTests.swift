import Launching
import Subprocess
import Testing

/// A launcher in a process of its own, for what is done to the launcher itself.
@Suite(.timeLimit(.minutes(1)))
struct LauncherProcessTests {
    private let polite = "trap 'echo asked; exit 143' TERM; echo up; sleep 3600 & wait"
    private let stubborn = "trap '' TERM; echo up; while :; do sleep 3600; done"

    @Test(arguments: [Signal.terminate, .interrupt, .terminalClosed])
    func aSignalIsForwardedAsTerm(signal: Signal) async throws {
        let (lines, status) = try await Probe.run(["run", "30", polite]) {
            $0 == "p0: up" ? signal : nil
        }
        #expect(lines.contains("p0: asked"))
        #expect(status == .exited(128 + signal.rawValue))
    }

    @Test func aSecondSignalKillsAtOnce() async throws {
        let (lines, status) = try await Probe.run(["run", "3600", stubborn]) {
            $0 == "p0: up" || $0.hasPrefix("stopping") ? .interrupt : nil
        }
        #expect(lines.contains("'p0' was ended by signal 9"))
        #expect(status == .exited(130))
    }

    @Test func aKilledLauncherLeavesNoOrphan() async throws {
        let pipe = try await NamedPipe()
        // Both must be up before the launcher is killed; each says so in the pipe that it holds.
        let watch = "exec 3>\(pipe.path); exec \(Probe.path) watch"
        let up = Counter()
        let (_, status) = try await Probe.run(["run", "30", watch, watch]) {
            $0.hasSuffix(": up") && up.next() == 2 ? .kill : nil
        }
        #expect(status == .signaled(9))
        #expect(try await pipe.readToEnd() == "")
    }

    @Test func aLearnerEndsWithItsStandardInput() async throws {
        let result = try await run(
            .path(.init(Probe.path)), arguments: ["watch"], output: .string(limit: 1000))
        #expect(result.terminationStatus == .exited(0))
        #expect(result.standardOutput.hasSuffix("input has ended\n"))
    }

    @Test func theFirstSignalIsNotedAndTheSecondEnds() async throws {
        let (lines, status) = try await Probe.run(["stop"]) {
            switch $0 {
            case "up": .terminate
            case "noted 15": .interrupt
            default: nil
            }
        }
        #expect(lines == ["up", "noted 15"])
        #expect(status == .exited(130))
    }
}

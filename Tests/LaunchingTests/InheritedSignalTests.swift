import Foundation
import Glibc
import Launching
import Subprocess
import Testing

/// Signals that were ignored when a process began, as `nohup` leaves them.
@Suite(.timeLimit(.minutes(1)))
struct InheritedSignalTests {
    @Test(arguments: [
        ("0000000000000000", [Int32]()), ("0000000000000001", [SIGHUP]),
        ("0000000000001006", [SIGINT, SIGQUIT]), ("0000000000010000", []),
        ("fffffffc00010000", []),
    ])
    func theSystemsListIsRead(bits: String, signals: [Int32]) {
        let status = "Name:\tcohort\nSigBlk:\t0000000000000007\nSigIgn:\t\(bits)\nSigCgt:\t0\n"
        #expect(InheritedSignals.ignored(in: status) == signals)
        #expect(InheritedSignals.ignored(in: "Name:\tcohort\n").isEmpty)
    }

    /// What a launcher's child says of itself, when the launcher was started with signals ignored.
    private func probe(
        ignoring signals: String, _ script: String, signal: Signal? = nil
    ) async throws -> [String] {
        let words = ["--ignore-signal=\(signals)", Probe.path, "run", "30", script]
        let result = try await Subprocess.run(
            .name("env"), arguments: .init(words), input: .inputWriter, output: .sequence,
            error: .discarded
        ) { execution in
            var splitter = LineSplitter()
            var lines: [String] = []
            for try await buffer in execution.standardOutput {
                for line in splitter.lines(in: Data(buffer: buffer)) {
                    lines.append(line)
                    if let signal, line == "p0: up" { try execution.send(signal: signal) }
                }
            }
            return lines
        }
        return result.closureResult
    }

    @Test func childrenBeginWithTheSameSignalsIgnored() async throws {
        let lines = try await probe(
            ignoring: "HUP,INT,QUIT,USR1",
            "grep SigIgn /proc/self/status | tail -c 5; kill -HUP $$; echo on")
        #expect(
            lines == ["p0: 0207", "p0: on", "'p0' ended with exit code 0"])
    }

    /// The launcher's own request to stop reaches a child that ignores TERM: its input ends.
    @Test func aChildThatIgnoresTermIsStoppedByItsInput() async throws {
        let lines = try await probe(
            ignoring: "TERM", "echo up; cat; echo saved; exit 75", signal: .interrupt)
        #expect(lines.contains("p0: saved"), "\(lines)")
    }
}

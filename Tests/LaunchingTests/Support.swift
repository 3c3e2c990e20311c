import Foundation
import Launching
import Subprocess
import Synchronization

/// A shell script as a process of a plan.
func script(_ name: String, _ text: String, isOptional: Bool = false) -> ProcessSpec {
    ProcessSpec(
        name: name, executable: "/bin/sh", arguments: ["-c", text], isOptional: isOptional)
}

/// Runs a plan to its end without catching the test runner's signals.
func launch(
    _ processes: [ProcessSpec], grace: Duration = .seconds(30)
) async throws -> (outcome: LaunchOutcome, events: [ProcessEvent]) {
    var events: [ProcessEvent] = []
    let outcome = try await LocalLauncher().run(
        ProcessPlan(processes, grace: grace), signals: []
    ) { events.append($0) }
    return (outcome, events)
}

/// A named pipe whose end of file tells that every process that held it has gone.
struct NamedPipe {
    let path: String
    /// Holds both ends until it is read: opening it to read would wait for ever for a writer that
    /// was ended before it could open it.
    private let keeper: FileHandle

    init() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/pipe-\(UUID().uuidString)"
        self.path = path
        _ = try await run(.name("mkfifo"), arguments: [path], output: .discarded)
        keeper = try FileHandle(forUpdating: URL(fileURLWithPath: path))
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    /// Everything that processes have written, until the last of them has ended. To be called once, when
    /// the writers have been started. It is read by a process of its own, which a test's time limit ends.
    func readToEnd() async throws -> String {
        defer { remove() }
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? handle.close() }
        try keeper.close()
        let result = try await run(
            .name("cat"), arguments: [],
            input: .fileDescriptor(
                .init(rawValue: handle.fileDescriptor), closeAfterSpawningProcess: false),
            output: .string(limit: 1 << 16))
        return result.standardOutput
    }
}

/// The probe, run as a process of its own.
struct Probe {
    /// Beside the tests' own program.
    static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("launching-probe").path

    /// Starts the probe with `arguments`; `react` sees each line that it says and may answer with
    /// a signal to it.
    static func run(
        _ arguments: [String], react: @Sendable (String) -> Signal? = { _ in nil }
    ) async throws -> (lines: [String], status: TerminationStatus) {
        let result = try await Subprocess.run(
            .path(.init(path)), arguments: .init(arguments), input: .inputWriter,
            output: .sequence, error: .discarded
        ) { execution in
            var splitter = LineSplitter()
            var lines: [String] = []
            for try await buffer in execution.standardOutput {
                for line in splitter.lines(in: Data(buffer: buffer)) {
                    lines.append(line)
                    if let signal = react(line) { try execution.send(signal: signal) }
                }
            }
            return lines
        }
        return (result.closureResult, result.terminationStatus)
    }
}

/// Counts calls from any thread.
final class Counter: Sendable {
    private let count = Atomic(0)

    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}

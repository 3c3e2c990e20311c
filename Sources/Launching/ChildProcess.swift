import Bytes
import Foundation
import Subprocess

/// One process of a plan, from its start to its end.
struct ChildProcess {
    let spec: ProcessSpec
    let supervisor: Supervisor

    /// Runs it under the supervisor's signals; its lines become events.
    ///
    /// - Parameter restarts: how often it was started before.
    func run(restarts: Int) async -> ProcessEnd {
        var end = await run()
        end.restarts = restarts
        return end
    }

    private func run() async -> ProcessEnd {
        guard supervisor.isRunning else { return end(.notStarted("the others were stopped")) }
        do {
            let result = try await Subprocess.run(
                configuration, input: .inputWriter, output: .sequence, error: .sequence
            ) { execution in
                supervisor.enter(
                    spec.name, group: execution.processIdentifier.value,
                    end: ending(by: execution.standardInputWriter))
                async let _ = relay(execution.standardOutput) {
                    .output(name: spec.name, line: $0)
                }
                return await relay(execution.standardError) { .error(name: spec.name, line: $0) }
            }
            return end(status(of: result.terminationStatus), lastErrors: result.closureResult)
        } catch {
            return end(.notStarted("\(error)"))
        }
    }

    /// How it is asked to end, where TERM would end ssh alone.
    private func ending(by input: StandardInputWriter) -> (@Sendable () -> Void)? {
        guard spec.host != nil else { return nil }
        return { Task { try? await input.finish() } }
    }

    private var configuration: Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        let added = ProcessPlan.environment.merging(spec.environment) { $1 }
        return Configuration(
            executable: .path(.init(spec.executable)),
            arguments: .init(spec.arguments),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: added.map { (.init(stringLiteral: $0), $1) })),
            workingDirectory: spec.workingDirectory.map { .init($0) },
            platformOptions: options)
    }

    /// Hands on every line until the stream ends; returns the last ones.
    private func relay(
        _ stream: SubprocessOutputSequence, as event: @Sendable (String) -> ProcessEvent
    ) async -> [String] {
        var splitter = LineSplitter()
        var last: [String] = []
        func say(_ line: String) {
            last = last.suffix(ProcessEnd.keptErrors - 1) + [line]
            supervisor.say(event(line))
        }
        // A stream that cannot be read any more has ended; the exit status tells the rest.
        var iterator = stream.makeAsyncIterator()
        while let buffer = try? await iterator.next() {
            for line in splitter.lines(in: Data(buffer: buffer)) { say(line) }
        }
        if let line = splitter.finish() { say(line) }
        return last
    }

    private func status(of status: TerminationStatus) -> ProcessEnd.Status {
        switch status {
        case .exited(let code):
            spec.host.map { ending(with: code, on: $0) } ?? .exited(ExitCode(rawValue: code))
        case .signaled(let number): .signalled(number)
        }
    }

    /// What the exit code of ssh says: its own, or the host's shell's.
    private func ending(with code: Int32, on host: String) -> ProcessEnd.Status {
        switch code {
        case SSH.unreachable: .unreachable(host)
        case 129..<SSH.unreachable: .signalled(code - 128)
        default: .exited(ExitCode(rawValue: code))
        }
    }

    private func end(_ status: ProcessEnd.Status, lastErrors: [String] = []) -> ProcessEnd {
        ProcessEnd(name: spec.name, status: status, lastErrors: lastErrors)
    }
}

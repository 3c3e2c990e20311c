import Bytes
import Foundation
import Glibc
import Subprocess

/// One process of a plan, from its start to its end.
struct ChildProcess {
    let spec: ProcessSpec
    let supervisor: Supervisor
    private let ignored = InheritedSignals.ignored

    init(spec: ProcessSpec, supervisor: Supervisor) {
        self.spec = spec
        self.supervisor = supervisor
    }

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
                    endInput: inputEnd(of: execution.standardInputWriter))
                async let _ = forward(execution.standardOutput, keepsPreamble: false) {
                    .output(name: spec.name, line: $0)
                }
                return await forward(execution.standardError, keepsPreamble: true) {
                    .error(name: spec.name, line: $0)
                }
            }
            return end(status(of: result.terminationStatus), lastErrors: result.closureResult)
        } catch {
            return end(.notStarted("\(error)"))
        }
    }

    /// What ends the standard input of a process that TERM does not stop: on another host it would
    /// end ssh alone, and where this process was started with TERM ignored, its children ignore it.
    private func inputEnd(of input: StandardInputWriter) -> (@Sendable () -> Void)? {
        guard spec.host != nil || ignored.contains(SIGTERM) else { return nil }
        return { Task { try? await input.finish() } }
    }

    private var configuration: Configuration {
        var options = PlatformOptions()
        options.processGroupID = 0
        let added = ProcessPlan.environment.merging(spec.environment) { $1 }
        let spec = spec.ignoring(ignored)
        return Configuration(
            executable: .path(.init(spec.executable)),
            arguments: .init(executablePathOverride: spec.title, remainingValues: spec.arguments),
            environment: .inherit.updating(
                Dictionary(uniqueKeysWithValues: added.map { (.init(stringLiteral: $0), $1) })),
            workingDirectory: spec.workingDirectory.map { .init($0) },
            platformOptions: options)
    }

    /// Reports every line until the stream ends, but for what a login shell prints before and after
    /// the program.
    ///
    /// - Parameter keepsPreamble: whether lines are reported all the same when the stream ends
    ///   before the program began: they say why.
    /// - Returns: the last lines.
    private func forward(
        _ stream: SubprocessOutputSequence, keepsPreamble: Bool,
        as event: @Sendable (String) -> ProcessEvent
    ) async -> [String] {
        var splitter = LineSplitter()
        var marked = spec.outputMark.map { MarkedLines($0) }
        var last: [String] = []
        func report(_ lines: [String]) {
            last = (last + lines).suffix(ProcessEnd.keptErrors)
            for line in lines { supervisor.report(event(line)) }
        }
        // A stream that cannot be read any more has ended.
        var iterator = stream.makeAsyncIterator()
        while let buffer = try? await iterator.next() {
            for line in splitter.lines(in: Data(buffer: buffer)) {
                report(marked?.take(line) ?? [line])
            }
        }
        if let line = splitter.finish() { report(marked?.take(line) ?? [line]) }
        if keepsPreamble { report(marked?.rest ?? []) }
        return last
    }

    private func status(of status: TerminationStatus) -> ProcessEnd.Status {
        switch status {
        case .exited(let code):
            spec.host.map { remoteStatus(of: ExitCode(rawValue: code), on: $0) }
                ?? localStatus(of: ExitCode(rawValue: code))
        case .signaled(let number): .signalled(number)
        }
    }

    private func localStatus(of code: ExitCode) -> ProcessEnd.Status {
        spec.isShell ? code.endingSignal.map { .signalled($0) } ?? .exited(code) : .exited(code)
    }

    /// What an exit code of ssh means: ssh returns the code of the host's shell, or its own.
    private func remoteStatus(of code: ExitCode, on host: String) -> ProcessEnd.Status {
        if code == SSH.unreachable { return .unreachable(host) }
        return code.endingSignal.map { .signalled($0) } ?? .exited(code)
    }

    private func end(_ status: ProcessEnd.Status, lastErrors: [String] = []) -> ProcessEnd {
        ProcessEnd(name: spec.name, status: status, lastErrors: lastErrors)
    }
}

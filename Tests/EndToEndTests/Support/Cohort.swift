import Bytes
import Foundation
import Glibc
import Reporting
import Subprocess
import Synchronization

/// The program that this build made, as processes of its own.
///
/// A test's time limit cancels every wait here, and that ends the processes.
enum Cohort {
    /// Runs to the end.
    ///
    /// - Parameter wrapper: a program, and its arguments, that starts it: `["taskset", "1"]`.
    static func run(
        _ arguments: [String], in place: Workplace, environment: [Environment.Key: String] = [:],
        by wrapper: [String] = [], program: String = program
    ) async throws -> Finished {
        try await run(
            arguments, in: place, environment: environment, by: wrapper, program: program
        ) { _ in }.finished
    }

    /// Runs to the end; `body` meets the program while it runs.
    static func run<T: Sendable>(
        _ arguments: [String], in place: Workplace,
        environment: [Environment.Key: String] = [:], by wrapper: [String] = [],
        program: String = program, body: (Running) async throws -> T
    ) async throws -> (result: T, finished: Finished) {
        let (errors, error) = AsyncStream<String>.makeStream()
        let words = wrapper.isEmpty ? arguments : wrapper.dropFirst() + [program] + arguments
        let result = try await Subprocess.run(
            wrapper.first.map { .name($0) } ?? .path(.init(program)), arguments: .init(words),
            environment: .inherit.updating(["TMPDIR": place.path]).updating(
                Dictionary(uniqueKeysWithValues: environment.map { ($0.key, $0.value) })),
            workingDirectory: .init(place.path), input: .none, output: .sequence, error: .sequence
        ) { execution in
            async let output = lines(of: execution.standardOutput) { _ in }
            async let complaints = lines(of: execution.standardError) {
                error.yield($0)
            } finally: {
                error.finish()
            }
            let running = Running(identifier: execution.processIdentifier.value, errors: errors)
            return (try await body(running), try await output, try await complaints)
        }
        let (own, output, complaints) = result.closureResult
        let code: ExitCode =
            switch result.terminationStatus {
            case .exited(let code): ExitCode(rawValue: code)
            case .signaled(let number): .signal(number)
            }
        return (own, Finished(exitCode: code, output: output, errors: complaints))
    }

    private static func lines(
        of stream: SubprocessOutputSequence, each: @Sendable (String) -> Void,
        finally: @Sendable () -> Void = {}
    ) async throws -> [String] {
        defer { finally() }
        var lines: [String] = []
        for try await line in stream.strings() {
            lines.append(line)
            each(line)
        }
        return lines
    }

    /// Beside the tests' own program.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("cohort").path
}

/// How a program ended, and what it printed.
struct Finished: Sendable {
    /// What it exited with, or what stands for the signal that ended it.
    var exitCode: ExitCode
    /// The lines of standard output.
    var output: [String]
    /// The lines of standard error.
    var errors: [String]

    var complaint: String { errors.joined(separator: "\n") }
}

/// The program while it runs.
struct Running: Sendable {
    let identifier: Int32
    /// The lines of standard error, each once, as they come.
    let errors: AsyncStream<String>

    func signal(_ number: Int32) { Glibc.kill(identifier, number) }

    /// Waits for a line of standard error.
    @discardableResult
    func line(where condition: (String) -> Bool) async throws -> String {
        for await line in errors where condition(line) { return line }
        throw Unexpected("the program ended, or was cancelled, before it said what was awaited")
    }

    /// Kills processes in turn, each some epochs of a learner after the one before. A process that
    /// the launcher has yet to start again is killed at a later epoch.
    ///
    /// - Returns: the names of those that the run's end came before.
    func kill(
        _ victims: [String], of run: RunDirectory, every epochs: Int, of learner: String
    ) async throws -> [String] {
        var pending = victims[...]
        var killed: Set<Int32> = []
        var due = epochs
        for await line in errors {
            guard let match = line.firstMatch(of: /^(.+): epoch ([0-9]+) done/),
                match.1 == learner, let epoch = Int(match.2), epoch >= due,
                let victim = pending.first, let process = try run.startedProcesses()[victim],
                !killed.contains(process), Glibc.kill(process, SIGKILL) == 0
            else { continue }
            killed.insert(process)
            pending.removeFirst()
            due = epoch + epochs
        }
        return Array(pending)
    }

    /// Waits until these learners have all reported that they train.
    func areTraining(_ names: Set<String>) async throws {
        var missing = names
        try await line { line in
            if line.contains(": epoch ") { missing.remove(String(line.prefix { $0 != ":" })) }
            return missing.isEmpty
        }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

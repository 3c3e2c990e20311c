import Bytes
import Foundation
import Subprocess

extension SSH {
    /// How a script ended, and what it printed.
    public struct Finished: Hashable, Sendable {
        /// What the script exited with.
        public var exitCode: ExitCode
        /// What it wrote to standard output; empty where that went into a file.
        public var output: String
        /// The last lines that it wrote to standard error.
        public var errors: String

        /// The end of a script.
        public init(exitCode: ExitCode, output: String, errors: String) {
            self.exitCode = exitCode
            self.output = output
            self.errors = errors
        }
    }

    /// Runs a script on a host to its end; see ``RemoteShell``.
    public func run(
        _ script: RemoteScript, on host: RemoteHost, input: [UInt8], from file: String?
    ) async throws -> Finished {
        // By way of a file: writing to an ssh that has ended would end this process by SIGPIPE.
        let draft = NSTemporaryDirectory() + "/cohort-input-\(UInt64.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: draft) }
        if file == nil, !FileManager.default.createFile(atPath: draft, contents: Data(input)) {
            throw HostError("\(draft): it cannot be written", exitCode: .disk)
        }
        let file = file ?? draft
        guard let source = FileHandle(forReadingAtPath: file) else {
            throw HostError(
                "\(file): there is no such file that can be read", exitCode: .missingFile)
        }
        defer { try? source.close() }
        let mark = OutputMark()
        do {
            let result = try await Subprocess.run(
                call(host, script.command(around: mark)),
                input: .fileDescriptor(
                    .init(rawValue: source.fileDescriptor), closeAfterSpawningProcess: false),
                output: .bytes(limit: Self.mostOutput), error: .bytes(limit: Self.mostOutput))
            return try finished(
                result.terminationStatus, output: result.standardOutput,
                errors: result.standardError, within: mark, on: host)
        } catch let error as SubprocessError { throw Self.failure(error, host) }
    }

    /// Runs a script on a host to its end, and writes its standard output into a file; see
    /// ``RemoteShell``.
    public func run(
        _ script: RemoteScript, on host: RemoteHost, into file: String
    ) async throws -> Finished {
        let mark = OutputMark()
        let draft = MarkedFile(path: "\(file).received", mark)
        defer { draft.remove() }
        guard let target = draft.create() else {
            throw HostError("\(file): it cannot be written", exitCode: .disk)
        }
        defer { try? target.close() }
        do {
            let result = try await Subprocess.run(
                call(host, script.command(around: mark)), input: .none,
                output: .fileDescriptor(
                    .init(rawValue: target.fileDescriptor), closeAfterSpawningProcess: false),
                error: .bytes(limit: Self.mostOutput))
            let end = try finished(
                result.terminationStatus, output: try draft.beginning(),
                errors: result.standardError, within: mark, on: host)
            try draft.extract(to: file)
            return Finished(exitCode: end.exitCode, output: "", errors: end.errors)
        } catch let error as SubprocessError { throw Self.failure(error, host) }
    }

    /// ssh could not be started, or wrote more than is read.
    private static func failure(_ error: SubprocessError, _ host: RemoteHost) -> HostError {
        HostError(
            "could not reach \(host): cannot run ssh, which is Debian's openssh-client (\(error))",
            exitCode: .unavailable)
    }

    private static let mostOutput = 1 << 20

    private func call(_ host: RemoteHost, _ command: String) -> Configuration {
        Configuration(
            executable: .name("ssh"), arguments: .init(arguments(to: host, command)))
    }

    /// - Parameters:
    ///   - output: all that came from the host, or its beginning, as do `errors`.
    ///   - mark: what stands around the script's own output.
    private func finished(
        _ status: TerminationStatus, output: [UInt8], errors: [UInt8], within mark: OutputMark,
        on host: RemoteHost
    ) throws -> Finished {
        let own = mark.output(in: output)
        // Where the script has not begun, all that was printed says why.
        let said = mark.output(in: errors) ?? (errors + (own == nil ? output : []))
        let words = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(
            ProcessEnd.keptErrors
        )
        .joined(separator: "\n")
        let code: ExitCode =
            switch status {
            case .exited(let code): ExitCode(rawValue: code)
            case .signaled(let number): .signal(number)
            }
        guard code != Self.unreachable else {
            throw HostError(
                "could not reach \(host)" + (words.isEmpty ? "" : ": \(words)"),
                exitCode: .unavailable)
        }
        guard let own else {
            throw HostError(
                "\(host): its login shell runs no commands (exit code \(code))"
                    + (words.isEmpty ? "" : ": \(words)"), exitCode: .unavailable)
        }
        return Finished(
            exitCode: code, output: String(decoding: own, as: UTF8.self), errors: words)
    }
}

import Experiment
import Foundation
import Launching
import Limits
import Orchestration
import Reporting
import Synchronization

/// Three learners that teach one another, named by `names`, with changes of the configuration.
func trio(_ overrides: String...) throws -> ExperimentConfiguration {
    try ExperimentConfiguration(
        text: """
            data: {set: digits, labels: 128}
            training: {steps: 16, batch: 16}
            learners:
              a: {model: mlp}
              b: {model: mlp}
              c: {model: mlp}
            teaching:
              - mutual: [a, b, c]
            exchange: {transport: tcp, host: 0.0.0.0}
            """, file: "trio.yaml", name: "trio", overrides: overrides, registries: .all)
}

/// A folder that one test has to itself.
final class Folder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/orchestration-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Collects what a notice handler receives.
final class Notices: Sendable {
    private let received = Mutex<[String]>([])

    var lines: [String] { received.withLock { $0 } }

    @Sendable func add(_ line: String) { received.withLock { $0.append(line) } }
}

/// Answers scripts in place of hosts, and keeps them.
final class FakeShell: RemoteShell {
    typealias Answer = @Sendable (RemoteHost, String) throws -> SSH.Finished

    let environment: [String: String] = [:]
    private let answer: Answer
    private let asked = Mutex<[(host: String, script: String)]>([])

    init(_ answer: @escaping Answer) { self.answer = answer }

    /// The scripts that a host was sent.
    func scripts(to host: String) -> [String] {
        asked.withLock { $0.filter { $0.host == host }.map(\.script) }
    }

    func run(
        _ script: RemoteScript, on host: RemoteHost, input: [UInt8], from file: String?
    ) async throws -> SSH.Finished {
        asked.withLock { $0.append((host.name, script.text)) }
        return try answer(host, script.text)
    }

    func run(
        _ script: RemoteScript, on host: RemoteHost, into file: String
    ) async throws -> SSH.Finished {
        let finished = try await run(script, on: host)
        try Data(finished.output.utf8).write(to: URL(fileURLWithPath: file))
        return finished
    }

    func process(
        named name: String, on host: RemoteHost, _ arguments: [String], isOptional: Bool
    ) -> ProcessSpec {
        ProcessSpec(
            name: name, executable: host.name, arguments: arguments, isOptional: isOptional)
    }
}

extension SSH.Finished {
    /// A script that ended well.
    static func success(_ output: String = "") -> SSH.Finished {
        SSH.Finished(exitCode: .success, output: output, errors: "")
    }
}

extension Hostfile {
    /// The hosts of some lines.
    init(_ text: String) throws { try self.init(bytes: Array(text.utf8), file: "hosts") }
}

extension ProcessorAllowance {
    /// Of a host with eight processors.
    static let eight = ProcessorAllowance(shared: [ProcessorBound(.processors, 8, "8 processors")])
}

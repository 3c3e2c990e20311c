import Foundation
import Reporting
import Subprocess
import Testing

/// A folder that one test has to itself, with a small experiment in it.
final class Workplace: Sendable {
    let path: String
    /// Where the experiments' runs are kept.
    var runs: String { "\(path)/runs" }

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/cohort-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    func write(_ text: String, to name: String) throws -> String {
        try write(text.utf8, to: name)
    }

    func text(_ file: String) throws -> String { try String(contentsOfFile: file, encoding: .utf8) }

    /// Two small nets that teach one another on 128 labels: eight steps are an epoch.
    func pair() throws -> String {
        try write(
            """
            name: pair
            data: {set: digits, labels: 128}
            training: {steps: 16, batch: 16, interval: 4}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [24]}}
            teaching:
              - mutual: [a, b]
            runs: \(runs)
            """, to: "pair.yaml")
    }

    /// The newest run of an experiment.
    func latest(_ name: String = "pair") -> RunDirectory {
        RunDirectory(path: "\(runs)/\(name)/latest")
    }

    /// The folders of sockets that programs have made here and not removed.
    func sockets() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasPrefix("cohort-") }
    }

    /// The processes that run in this folder, as their command lines say; those that have ended and
    /// were not yet waited for have none.
    func processes() throws -> Set<Int32> {
        let entries = try FileManager.default.contentsOfDirectory(atPath: "/proc")
        return Set(
            entries.compactMap { Int32($0) }.filter { identifier in
                (FileManager.default.contents(atPath: "/proc/\(identifier)/cmdline"))
                    .map { String(decoding: $0, as: UTF8.self).contains(path) } ?? false
            })
    }

    /// Waits until all have ended that write into the runs: each holds a lock there as long as it
    /// lives, but for the moment in which it starts.
    ///
    /// - Returns: whether no process is left in this folder.
    func isDeserted(within limit: Duration) async throws -> Bool {
        let deadline = ContinuousClock.now + limit
        let files = FileManager.default.enumerator(atPath: runs)?.compactMap { $0 as? String } ?? []
        for lock in files where lock.hasSuffix("/lock") {
            let rest = max(.zero, deadline - ContinuousClock.now) / .seconds(1)
            let waiting = try await Subprocess.run(
                .name("flock"), arguments: ["--timeout", "\(rest)", "\(runs)/\(lock)", "true"],
                output: .discarded)
            guard waiting.terminationStatus.isSuccess else { return false }
        }
        while let process = try processes().first {
            let rest = max(.zero, deadline - ContinuousClock.now) / .seconds(1)
            guard rest > 0 else { return false }
            _ = try await Subprocess.run(
                .name("timeout"),
                arguments: [
                    "\(rest)", "tail", "--pid=\(process)", "-s", "0.05", "-f", "/dev/null",
                ],
                output: .discarded)
        }
        return true
    }
}

extension RunDirectory {
    /// The processes that the launcher says it started, by learner.
    func startedProcesses() throws -> [String: Int32] {
        let log = try String(contentsOfFile: launcherLog, encoding: .utf8)
        return Dictionary(
            log.matches(of: /started '(.+)', process ([0-9]+)/).compactMap {
                match in Int32(match.2).map { (String(match.1), $0) }
            }, uniquingKeysWith: { $1 })
    }

    /// The bytes of a learner's newest weights.
    func weights(of learner: String) throws -> Data {
        let checkpoint = try #require(self.learner(learner).latestCheckpoint)
        return try Data(contentsOf: URL(fileURLWithPath: checkpoint.model))
    }
}

/// The experiments that the repository carries.
enum Shipped {
    static func path(_ name: String) -> String {
        deploy.appendingPathComponent("experiments/\(name).yaml").path
    }

    private static let deploy: URL = {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("deploy")
    }()

    /// Where the files lie that a configuration names, for a program that is started elsewhere.
    static func files(_ name: String) -> [String] {
        guard name == "cross-modal-text" else { return [] }
        return ["data", "learners.t.data"].flatMap { data in
            [("file", "train"), ("test", "test")].map { key, part in
                let file = deploy.appendingPathComponent("data/numbers-\(part).csv").path
                return "\(data).options.views.text.options.\(key)=\(file)"
            }
        }
    }

    /// Those whose learners teach one another on a pool, which no other test runs.
    static let onPool = [
        "afd", "codistillation-shards", "ds-fl", "feddf", "fedmd", "pate", "wordnet-private",
        "wordnet-teacher",
    ]

    /// Those that are run at a small size: all that no other test runs.
    static let small: [String] = {
        let folder = URL(fileURLWithPath: path("x")).deletingLastPathComponent().path
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }
            .filter { !["digits-private", "poisoned", "apprentice-c"].contains($0) }.sorted()
    }()

    /// Three learners with private labels.
    static let demonstration = path("digits-private")
}

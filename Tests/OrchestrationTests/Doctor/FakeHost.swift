import Bytes
import Experiment
import Foundation
import Limits
import Orchestration

/// A host that a test makes up: its `/proc`, and what its disks, name servers and processor do.
final class FakeHost: Sendable {
    private let folder: Folder

    /// - Parameter files: the text of files in `/proc` and `/sys` by their paths.
    init(_ files: [String: String] = [:]) throws {
        folder = try Folder()
        for (name, text) in files {
            let file = URL(fileURLWithPath: folder.path + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
    }

    /// What one check finds here.
    func examine(
        _ check: String, _ configuration: ExperimentConfiguration? = nil,
        _ change: (inout Surroundings) -> Void = { _ in }
    ) async throws -> [Examination.Finding] {
        var here = Surroundings(configuration)
        here.files = SystemFiles(root: folder.path)
        here.environment = [:]
        here.processors = .eight
        here.hostName = "here"
        here.lookup = FakeLookup(["here": ["10.0.0.1"]], ["10.0.0.1": ["here"]])
        here.disk = FakeDisk()
        here.speed = { SpeedMeasurement(kernels: 60e9, openBLAS: 60e9) }
        change(&here)
        let found = try await Examination(of: here, only: [check]).findings
        return withExtendedLifetime(self) { found }
    }
}

/// A disk on which some operations fail.
struct FakeDisk: DiskProbe {
    /// The folders that are there; nil: every path is one.
    var folders: Set<String>?
    /// The operations that fail: `write`, `lock`, `link`.
    var broken: Set<String> = []
    var left: DiskSpace? = DiskSpace(bytes: 1 << 40, files: 1_000_000)

    func isFolder(_ path: String) -> Bool { folders?.contains(path) ?? true }
    func write(into folder: String) throws { try attempt("write", folder) }
    func lock(in folder: String) throws { try attempt("lock", folder) }
    func link(in folder: String) throws { try attempt("link", folder) }
    func space(of folder: String) -> DiskSpace? { left }

    private func attempt(_ operation: String, _ folder: String) throws {
        if broken.contains(operation) {
            throw DiskError(operation, folder, "Read-only file system")
        }
    }
}

/// A name server that knows some names; it never answers about those that end in `.slow`.
struct FakeLookup: NameLookup {
    let forward: [String: [String]]
    let reverse: [String: [String]]

    init(_ forward: [String: [String]], _ reverse: [String: [String]] = [:]) {
        (self.forward, self.reverse) = (forward, reverse)
    }

    func addresses(of name: String) async -> [String]? {
        name.hasSuffix(".slow") ? nil : forward[name] ?? []
    }

    func names(of address: String) async -> [String]? { reverse[address] ?? [] }
}

extension [Examination.Finding] {
    /// The worst of them.
    var state: Examination.Finding.State? { map(\.state).max() }
    /// Everything that they say.
    var text: String { map(\.message).joined(separator: "\n") }
    /// The code of the first failure.
    var exitCode: ExitCode { first { $0.state == .failure }?.exitCode ?? .success }
}

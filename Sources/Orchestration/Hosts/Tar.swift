import Foundation
import Launching
import Subprocess

/// The system's `tar`.
enum Tar {
    /// Packs a file or folder into an archive; an absolute path is packed from the root.
    ///
    /// - Throws: ``HostError`` (74) where `tar` fails.
    static func pack(_ path: String, into file: String) async throws {
        let isAbsolute = path.hasPrefix("/")
        let name = isAbsolute ? String(path.dropFirst()) : path
        try await run(["-c", "-f", file] + (isAbsolute ? ["-C", "/"] : []) + ["--", name])
    }

    /// Unpacks those members of an archive into a folder that `isWanted` accepts.
    ///
    /// - Throws: ``HostError`` (74) where `tar` fails.
    static func unpack(
        _ file: String, into folder: String, where isWanted: (Substring) -> Bool
    ) async throws {
        let names = try await run(["-t", "-f", file]).split(whereSeparator: \.isNewline)
            .filter(isWanted)
        guard !names.isEmpty else { return }
        let list = "\(file).list"
        defer { try? FileManager.default.removeItem(atPath: list) }
        try Data(names.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: list))
        try await run([
            "-x", "-f", file, "-C", folder, "--no-recursion", "--no-same-owner", "-T", list,
        ])
    }

    @discardableResult
    private static func run(_ words: [String]) async throws -> String {
        let result = try await Subprocess.run(
            .name("tar"), arguments: .init(words), output: .string(limit: 1 << 26),
            error: .string(limit: 1 << 16))
        guard case .exited(0) = result.terminationStatus else {
            throw HostError("tar: \(result.standardError)", exitCode: .disk)
        }
        return result.standardOutput
    }
}

import Foundation
import Launching

/// Copies files to a host that lacks them.
struct HostCopy {
    let shell: any RemoteShell
    let host: RemoteHost

    /// Copies the program, where there is none or another, and beside it those of Swift's libraries
    /// that it has loaded from a toolchain, which few hosts have.
    ///
    /// - Parameter digest: the SHA-256 of this program, 64 digits.
    func program(digest: String) async throws {
        guard host.program.contains("/") else {
            throw HostError("cohort=\(host.program) is looked up in PATH, and not copied to")
        }
        var look = RemoteScript(in: host, makingFolder: true)
        look.run(["sha256sum", "--", host.program])
        if try await shell.run(look, on: host).output.hasPrefix(digest) { return }
        try await send(CurrentProgram.image, as: host.program)
        let folder = URL(fileURLWithPath: host.program).deletingLastPathComponent().relativePath
        for library in try Self.libraries() {
            try await send(
                library, as: "\(folder)/\(URL(fileURLWithPath: library).lastPathComponent)")
        }
    }

    /// Copies files and folders that exist here and not there, to the same paths; relative paths
    /// begin at the host's folder.
    func missing(_ paths: [String]) async throws {
        for path in paths where FileManager.default.fileExists(atPath: path) {
            var look = RemoteScript(in: host)
            look.run(["test", "-e", path])
            look.exit()
            guard try await shell.run(look, on: host).exitCode != .success else { continue }
            let pack = "\(NSTemporaryDirectory())/cohort-\(UInt64.random(in: 0 ... .max)).tar"
            defer { try? FileManager.default.removeItem(atPath: pack) }
            try await Tar.pack(path, into: pack)
            var unpack = RemoteScript(in: host)
            unpack.require(["tar", "-x", "-f", "-"] + (path.hasPrefix("/") ? ["-C", "/"] : []))
            try await require(unpack, from: pack, "copy \(path) to")
        }
    }

    /// Sends a file, which appears there whole and executable.
    func send(_ file: String, as path: String) async throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
        let draft = "\(path).new-\(UInt32.random(in: 0 ... .max))"
        var script = RemoteScript(in: host, makingFolder: true)
        script.require(["mkdir", "-p", "--", folder])
        script.require(shell: "cat > \(RemoteScript.quoted(draft))")
        script.require(["chmod", "755", draft])
        script.require(["mv", "-f", "--", draft, path])
        try await require(script, from: file, "copy \(file) to")
    }

    private func require(_ script: RemoteScript, from file: String, _ what: String) async throws {
        let result = try await shell.run(script, on: host, from: file)
        guard result.exitCode == .success else {
            throw HostError("cannot \(what) \(host): \(result.errors)", exitCode: .disk)
        }
    }

    /// The files of Swift's libraries that this process has loaded.
    private static func libraries() throws -> [String] {
        // To read it by its size would end after a page: a file of /proc has none.
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps"))
        let maps = String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
        let files = maps.split(whereSeparator: \.isNewline).compactMap { line in
            line.firstIndex(of: "/").map { String(line[$0...]) }
        }
        return Set(files).filter { $0.contains("/swift/") && $0.hasSuffix(".so") }.sorted()
    }
}

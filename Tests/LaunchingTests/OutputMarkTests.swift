import Foundation
import Launching
import Subprocess
import Testing

/// What a login shell prints is told apart from a script's own output. `ssh` is a script here that
/// stands for one with a login shell that prints.
@Suite(.timeLimit(.minutes(1)))
struct OutputMarkTests {
    /// A folder with a program `ssh`, for the environment.
    private static let greetings = [
        "nothing": (before: "", after: ""),
        "a line": ("echo Welcome", "echo Bye"),
        "no end of a line": ("printf 'motd: '", "printf 'logout'"),
        "colours": ("printf '\\033[2J\\033[31mred\\033[0m'", "printf '\\033[0m'"),
        "bytes that are no text": ("printf '\\377\\376\\000\\n\\n\\377'", "printf '\\377\\000'"),
        "standard error": ("echo warning >&2; printf more >&2", "echo bye >&2; printf more >&2"),
        "the command itself": ("echo \"$command\"; echo \"+ $command\" >&2", "echo \"$command\""),
        "a lot": ("yes motd | head -n 20000", "yes bye | head -n 20000"),
    ]

    /// Runs the probe's ssh with a stand-in before it in PATH.
    private func probe(_ greeting: String, _ words: String...) async throws -> [String] {
        let (before, after) = try #require(Self.greetings[greeting])
        let folder = FileManager.default.temporaryDirectory.path + "/ssh-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let text = """
            #!/bin/bash
            command=${@: -1}
            \(before)
            sh -c "$command"
            code=$?
            \(after)
            exit $code
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/ssh"))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: folder + "/ssh")
        let result = try await Subprocess.run(
            .path(.init(Probe.path)), arguments: .init(words),
            environment: .inherit.updating(["PATH": "\(folder):/usr/bin:/bin"]),
            output: .string(limit: 1 << 20), error: .discarded)
        return result.standardOutput.split(separator: "\n").map(String.init)
    }

    @Test(arguments: greetings.keys.sorted())
    func aScriptsOwnOutputIsFound(greeting: String) async throws {
        let script = "echo one; echo two >&2; printf three; exit 7"
        #expect(
            try await probe(greeting, "remote", script)
                == ["output: one", "three", "errors: two", "code: 7"])
    }

    @Test(arguments: greetings.keys.sorted())
    func aFileOfOutputIsCutOut(greeting: String) async throws {
        let script = "printf '\\377\\000'; seq 300000; printf end"
        let lines = try await probe(greeting, "remote-file", script)
        #expect(lines == ["bytes: \(2 + 1_988_895 + 3)", "first: 255 0 49", "code: 0"])
    }

    @Test(arguments: greetings.keys.sorted())
    func aProcessIsHeardFromItsFirstLineToItsLast(greeting: String) async throws {
        let script = "echo one; echo; echo two >&2; echo; printf three; exit 7"
        let lines = try await probe(greeting, "remote-process", script)
        #expect(lines.filter { $0.hasPrefix("out") } == ["out one", "out ", "out ", "out three"])
        #expect(lines.filter { $0.hasPrefix("err") } == ["err two"])
        #expect(lines.last == "code: 7")
    }
}

import Reporting
import Testing

/// The help of every command.
@Suite(.timeLimit(.minutes(5))) struct HelpTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func help(_ command: [String]) async throws -> [String] {
        let finished = try await Cohort.run(["help"] + command, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished.output
    }

    /// The commands below one, by the list at the end of its help.
    private func subcommands(_ help: [String]) -> [String] {
        help.drop { $0 != "SUBCOMMANDS:" }.compactMap {
            $0.firstMatch(of: /^  ([a-z]+)(  |$| \()/).map { String($0.1) }
        }
    }

    /// The command lines below `Examples:`, without the program; a `\` goes on with the next line.
    private func examples(_ help: [String]) -> [String] {
        let lines = help.drop { $0 != "Examples:" }.dropFirst().prefix { !$0.isEmpty }
        return lines.joined(separator: "\n").replacing(/\\\n */, with: "").split(separator: "\n")
            .map { $0.drop { $0 == " " } }.compactMap { line in
                line.hasPrefix("cohort ") ? String(line.dropFirst("cohort ".count)) : nil
            }
    }

    /// As a shell divides them.
    private func words(_ line: String) -> [String] {
        line.matches(of: /"([^"]*)"|([^ ]+)/).map { String($0.1 ?? $0.2 ?? "") }
    }

    /// The files that examples name are missing here: nothing is refused but them.
    private func tryExamples(of command: [String], _ help: [String]) async throws {
        let examples = examples(help)
        #expect(!examples.isEmpty, "the help of \(command) has no examples")
        for example in examples {
            #expect(
                words(example).starts(with: command), "'\(example)' is no example of \(command)")
            let finished = try await Cohort.run(words(example), in: place)
            #expect(finished.exitCode != .usage, "\(example): \(finished.complaint)")
        }
    }

    @Test func everyCommandHasExamplesThatItUnderstands() async throws {
        var left = [[String]()]
        var count = 0
        while let command = left.popLast() {
            let help = try await help(command)
            left += subcommands(help).map { command + [$0] }
            try await tryExamples(of: command, help)
            count += 1
        }
        #expect(count > 25)
    }

    @Test func shellsGetCompletions() async throws {
        for shell in ["bash", "zsh", "fish"] {
            let finished = try await Cohort.run(
                ["--generate-completion-script", shell], in: place)
            #expect(finished.exitCode == .success)
            #expect(finished.output.contains { $0.contains("cohort") })
        }
    }
}

import Experiment
import Foundation
import Options
import Testing

/// All that is wrong with a file is reported at once, each at its place.
@Suite(.timeLimit(.minutes(1))) struct SeveralMistakesTests {
    func mistakes(_ text: String, overrides: [String] = []) -> [String] {
        do throws(SettingError) {
            _ = try ExperimentConfiguration(
                text: text, file: "f", name: "f", overrides: overrides, registries: .all)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func ofEverySection() {
        let found = mistakes(
            """
            nam: x
            data: {set: digitz}
            training: {stepz: 5, batch: 0, clip: '1'}
            learners:
              a: {model: mpl, role: master}
              b: {model: mlp, role: teacher}
            teaching:
              - mutual: [a, z, y]
            exchange: {transport: udp}
            """, overrides: ["restarts=1_0"])
        let places = [
            "f:1: configuration: unknown key 'nam'", "f:2: unknown data set 'digitz'",
            "f:3: training: unknown key 'stepz'", "f:3: training: steps or epochs",
            "f:3: training: batch is 0", "f:3: training: clip is '1' in quotes",
            "f:5: learner 'a': role is one of", "f:5: unknown model 'mpl'",
            "f:6: learner 'b' is a teacher, which never learns", "f:8: preset 'mutual': unknown",
            "f:8: preset 'mutual': unknown",
            "restarts=1_0 on the command line: configuration: restarts is '1_0'",
        ]
        for place in places { #expect(found.contains { $0.hasPrefix(place) }, "\(place)") }
        #expect(found.count == places.count + 1, "\(found)")
    }

    /// The batches that do not agree follow from it.
    @Test func aCommonBatchWithoutPoolIsOneMistake() {
        let found = mistakes(
            """
            data: {set: digits, labels: 300}
            training: {steps: 5, batch: 32, common: 64}
            learners: {a: {model: mlp}, b: {model: mlp}}
            teaching: [{mutual: [a, b]}]
            """)
        #expect(found.count == 1, "\(found)")
        #expect(found.first?.hasPrefix("f:2: training: common is the batch of a pool") == true)
    }

    @Test func ofKeysThatStandTwice() {
        let found = mistakes(
            "training:\n  steps: 5\n  batch: 8\n  steps: 6\nlearners:\n  a: {model: mpl}\nseed: -1")
        #expect(found.map { String($0.prefix(4)) } == ["f:2:", "f:6:", "f:7:"], "\(found)")
        #expect(found[0].hasSuffix("'steps' is set here and again in line 4; keep one of them"))
    }

    @Test func whatWasTakenAwayIsNamed() {
        let text = "training: {steps: 5}\nlearners: {a: {model: mlp}}"
        #expect(
            mistakes(text, overrides: ["training.steps=null"]) == [
                "training.steps=null on the command line: training: steps or epochs is needed: how"
                    + " long to train"
            ])
    }

    @Test(arguments: [
        ("'1e-3'", "in quotes"), ("1,5", "write 1.5"), ("1_0", "write 10"), ("0x10", "write 16"),
        ("10%", "write 0.1"), (".nan", "not finite"), ("yes", "true or false"),
        ("010", "write 10"), ("1/4", "write 0.25"), ("5ms", "without 'ms'"), ("[1]", "a list"),
    ])
    func aNumberThatIsNoneSaysWhatItIs(value: String, words: String) {
        let text = "training: {steps: 5, optimizer: {rate: 1}}\nlearners: {a: {model: mlp}}"
        let found = mistakes(text, overrides: ["training.optimizer.rate=\(value)"])
        #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }

    @Test(arguments: [("1e3", "1000"), ("5.0", "5"), ("1,000", "1000")])
    func aWholeNumberIsWrittenInDigits(value: String, digits: String) {
        let text = "training: {steps: 5}\nlearners: {a: {model: mlp}}"
        let found = mistakes(text, overrides: ["training.steps=\(value)"])
        #expect(found.count == 1 && found[0].hasSuffix(digits), "\(found)")
    }

    @Test func nullTakesAnInheritedValueAway() throws {
        let text = """
            training: {steps: 5, clip: 1, threads: 2, optimizer: {kind: adamw, rate: 0.5}}
            learners:
              a: {model: mlp, training: {clip: null, threads: ~, optimizer: {rate: null}}}
              b: {model: mlp}
            """
        let read = try ExperimentConfiguration(
            text: text, file: "f", name: "f", registries: .all)
        #expect(read["a"]?.training.clip == nil && read["a"]?.training.threads == nil)
        #expect(read["b"]?.training.clip == 1)
        let options = read["a"]?.training.optimizer
        #expect(options?.name == "adamw")
        #expect(options?.options["rate"]?.value == Setting(unwritten: .text("0.001")))
        let again = try ExperimentConfiguration(
            text: read.resolvedYAML(), file: "f", name: "f", registries: .all)
        #expect(again == read)
    }

    @Test(arguments: [
        "rendezvous", "launcher", "Common", "all", "latest", "relay-3", "alone",
    ])
    func aNameOfTheSystemIsRefused(name: String) {
        let found = mistakes("training: {steps: 5}\nlearners: {\(name): {model: mlp}}")
        #expect(found.count == 1 && found[0].hasSuffix("choose another name"), "\(found)")
    }

    @Test func namesDifferInMoreThanCapitals() {
        let found = mistakes(
            "training: {steps: 5}\nlearners: {a: {model: mlp}, A: {model: mlp}}")
        #expect(found.count == 1 && found[0].contains("'a' and 'A' differ in capitals"))
    }

    @Test(arguments: [
        ("my exp (1)", "my-exp-1-"), ("..", "run-"), ("-dash", "dash-"), ("émile", "emile-"),
        ("опыт", "run-"), ("a\nb", "a-b-"), (String(repeating: "x", count: 200), "xxx"),
    ])
    func anyFileNameMakesASafeFolder(title: String, start: String) throws {
        let text = "training: {steps: 5}\nlearners: {a: {model: mlp}}"
        let read = try ExperimentConfiguration(
            text: text, file: "f", name: title, registries: .all)
        #expect(read.name.hasPrefix(start) && read.name.utf8.count <= 64, "\(read.name)")
        #expect(read.name.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._-]*/) != nil, "\(read.name)")
        #expect(read.title == title.replacing("\n", with: " "))
        let again = try ExperimentConfiguration(
            text: read.resolvedYAML(), file: "f", name: "other", registries: .all)
        #expect(again == read)
    }

    @Test func theHomeFolderIsExpanded() throws {
        let read = try ExperimentConfiguration(
            text: "training: {steps: 5}\nlearners: {a: {model: mlp}}\nruns: ~/runs", file: "f",
            name: "f", registries: .all)
        #expect(read.runs.hasPrefix("/") && read.runs.hasSuffix("/runs"))
    }

    @Test func aPipeIsReadOnce() throws {
        let path = NSTemporaryDirectory() + "configuration-\(UUID().uuidString)"
        #expect(unsafe mkfifo(path, 0o600) == 0)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = Thread {
            try? Data("training: {steps: 5}\nlearners: {a: {model: mlp}}".utf8)
                .write(to: URL(fileURLWithPath: path))
        }
        writer.start()
        let read = try ExperimentConfiguration.load(path, registries: .all)
        #expect(read.learners.map(\.name) == ["a"])
    }
}

import Experiment
import Foundation
import Testing

/// What a shell offers to complete a command line by.
@Suite(.timeLimit(.minutes(1))) struct CompletionsTests {
    @Test func aKindHasItsNames() {
        #expect(Completions.names(after: ["cohort", "list", "schedules"]).contains("cosine"))
        #expect(Completions.names(after: ["cohort", "list", "no-such"]).isEmpty)
        #expect(Completions.names(after: []).isEmpty)
    }

    @Test func settingsAreThoseOfTheNamedConfiguration() throws {
        let file = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString).yaml"
        defer { try? FileManager.default.removeItem(atPath: file) }
        let text = "training: {steps: 5}\nlearners: {left: {model: mlp}, right: {model: mlp}}"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        let settings = Set(Completions.settings(in: ["cohort", "run", file]))
        #expect(
            settings.isSuperset(of: ["seed=", "training.steps=", "learners.right.model=", "sinks="])
        )
        #expect(settings.allSatisfy { !$0.contains("NAME") })
        #expect(Completions.learners(in: ["cohort", "learner", file]) == ["left", "right"])
        #expect(Completions.settings(in: ["cohort", "run", "no.yaml"]).contains("seed="))
    }

    @Test func aPathLeadsToRunsAndTheirLearners() throws {
        let root = FileManager.default.temporaryDirectory.path + "/\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for name in ["a", "b"] {
            try FileManager.default.createDirectory(
                atPath: "\(root)/runs/digits/1-x/learners/\(name)",
                withIntermediateDirectories: true)
        }
        try "".write(
            toFile: "\(root)/runs/digits/1-x/config.yaml", atomically: true, encoding: .utf8)
        func offers(_ path: String, learners: Bool) -> [String] {
            Completions.runs("\(root)/\(path)", withLearners: learners)
                .map { String($0.dropFirst(root.count + 1)) }
        }
        for learners in [true, false] {
            #expect(offers("ru", learners: learners) == ["runs/"])
            #expect(offers("runs/", learners: learners) == ["runs/digits/"])
        }
        #expect(offers("runs/digits/", learners: false) == ["runs/digits/1-x"])
        #expect(offers("runs/digits/", learners: true) == ["runs/digits/1-x/"])
        #expect(
            offers("runs/digits/1-x/", learners: true)
                == ["runs/digits/1-x/a", "runs/digits/1-x/b"])
    }
}

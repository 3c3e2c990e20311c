import Foundation
import Reporting
import Testing

/// Language models that teach one another, as real processes on real text.
@Suite(.timeLimit(.minutes(5)), .serialized) struct LanguageTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// The GNU General Public Licence, or its beginning.
    private func text(_ characters: Int = 18_000) throws -> String {
        let whole = try String(
            contentsOfFile: "/usr/share/common-licenses/GPL-2", encoding: .utf8)
        return try place.write(String(whole.prefix(characters)), to: "licence.txt")
    }

    private func write(
        _ name: String, learners: String, teaching: String = "", corpus: String? = nil,
        steps: Int = 60
    ) throws -> String {
        try place.write(
            """
            name: \(name)
            data:
              set: corpus
              options: {files: [\(try corpus ?? text())], length: 24, test-share: 0.1}
            training:
              steps: \(steps)
              batch: 8
              interval: 10
              optimizer: {kind: adamw, rate: 0.003}
            learners:
            \(learners)
            \(teaching.isEmpty ? "" : "teaching:\n" + teaching)
            runs: \(place.runs)
            """, to: "\(name).yaml")
    }

    private func gpt(_ layers: Int, _ further: String = "") -> String {
        "{model: gpt, options: {dimension: 16, layers: \(layers), heads: 2}\(further)}"
    }

    private func run(_ words: [String]) async throws -> Finished {
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return finished
    }

    @Test func decodersOfTwoDepthsTeachOneAnother() async throws {
        let file = try write(
            "pair", learners: "  a: \(gpt(1))\n  b: \(gpt(2))",
            teaching: "  - mutual: {among: [a, b]}")
        var weights: [[Data]] = []
        for transport in ["ipc", "tcp"] {
            let finished = try await run(["run", file, "exchange.transport=\(transport)"])
            #expect(finished.output.contains { $0.contains("bits/byte") })
            weights.append(try ["a", "b"].map { try place.latest("pair").weights(of: $0) })
        }
        #expect(weights[0] == weights[1])
        let summary = try Summary.read(from: place.latest("pair").summary)
        for name in ["a", "b"] {
            let score = try #require(summary.learners[name]?.text)
            // Eight bits are a byte of which nothing is known.
            #expect(score.bitsPerByte < 5 && score.bitsPerByte > 1, "\(score)")
            // A token is a byte, but for those that end a text.
            let nats = score.bitsPerByte * log(2)
            #expect(log(score.perplexity) / nats > 0.99 && log(score.perplexity) <= nats)
        }
        let evaluated = try await run(["evaluate", place.latest("pair").path])
        #expect(evaluated.output.contains { $0.contains("perplexity") })
    }

    /// Of very many tokens the likeliest of each row travel, unless a configuration says otherwise.
    @Test(arguments: [
        (700, "", true), (700, ", codec: fp32", false), (512, "", false),
    ])
    func theLikeliestOfManyTokensTravel(size: Int, codec: String, areLikeliest: Bool) async throws {
        let file = try write(
            "wide", learners: "  a: \(gpt(1))\n  b: \(gpt(1))",
            teaching: "  - mutual: {among: [a, b]\(codec)}", steps: 10)
        _ = try await run(["run", file, "data.options.tokenizer={kind: bpe, size: \(size)}"])
        let metrics = place.latest("wide").learner("a").metrics
        let errors = try JSONLines.read(path: metrics).records.compactMap { record in
            if case .interval(let report) = record.body { report.codecErrors } else { nil }
        }
        #expect(!errors.isEmpty)
        for error in errors {
            #expect(Array(error.keys) == (areLikeliest ? ["logits:top-k=50@1"] : []))
            #expect(error.values.allSatisfy { $0 > 0 })
        }
    }

    /// What a student writes its teacher answers; whoever is killed, the bits stay.
    @Test func aStudentWritesWhatItsTeacherJudges() async throws {
        _ = try await run(["run", try write("teacher", learners: "  t: \(gpt(2))")])
        let origin = URL(fileURLWithPath: place.latest("teacher").path).resolvingSymlinksInPath()
        try FileManager.default.copyItem(atPath: origin.path, toPath: "\(place.path)/t")
        let file = try write(
            "judged",
            learners: """
                  t: \(gpt(2, ", role: teacher, weights: \(place.path)/t"))
                  s: \(gpt(1, ", on-policy: {share: 0.6, prompt: 6}"))
                """,
            teaching: "  - teach: {from: t, to: s, inputs: send}", steps: 900)
        let words = ["run", file, "--progress", "all", "checkpoints.every=7"]
        _ = try await run(words)
        let expected = try place.latest("judged").weights(of: "s")
        let victims = ["t", "s", "t", "s"]
        let (left, finished) = try await Cohort.run(
            words + ["name=killed", "restarts=99"], in: place
        ) {
            try await $0.kill(victims, of: place.latest("killed"), every: 1, of: "s")
        }
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        #expect(left.isEmpty)
        #expect(try place.latest("killed").weights(of: "s") == expected)
        // Only a student that writes learns something else.
        _ = try await run(["run", file, "name=plain", "learners.s.on-policy.share=0"])
        #expect(try place.latest("plain").weights(of: "s") != expected)
    }

    @Test func aModelWritesText() async throws {
        _ = try await run(["run", try write("writer", learners: "  a: \(gpt(1))")])
        let learner = "\(place.latest("writer").path)/a"
        func written(_ words: String...) async throws -> String {
            try await run(["generate", learner] + words).output.joined(separator: "\n")
        }
        let first = try await written("--prompt", "This program", "--tokens", "40")
        #expect(first.hasPrefix("This program") && first.utf8.count > 20)
        #expect(try await written("--prompt", "This program", "--tokens", "40") == first)
        let other = try await written("--prompt", "This program", "--seed", "1")
        #expect(other != first && other.hasPrefix("This program"))
        let likeliest = try await written("--prompt", "a", "--temperature", "0")
        #expect(try await written("--prompt", "a", "--top-k", "1", "--seed", "5") == likeliest)

        // A student learns from what its teacher wrote.
        let folder = "\(place.path)/written"
        _ = try await run(["generate", learner, "--texts", folder, "--count", "30"])
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(files.count == 30)
        for file in files {
            #expect(!(try place.text("\(folder)/\(file)").contains("\0")))
        }
        _ = try await run([
            "run", try write("taught", learners: "  s: \(gpt(1))", corpus: folder, steps: 10),
        ])
        let again = try await Cohort.run(["generate", learner, "--texts", folder], in: place)
        #expect(again.exitCode == .disk && again.complaint.contains("holds files already"))
    }

    /// What compares samples by one class of each, or one row of logits.
    @Test(arguments: [
        "kdgan: {teacher: b, student: a}",
        "edge: {from: b, to: a, loss: sp, taps: {from: logits, to: logits}}",
    ])
    func whatNeedsOneRowOfEachSampleIsRefused(preset: String) async throws {
        let file = try write(
            "refused", learners: "  a: \(gpt(1))\n  b: \(gpt(1))", teaching: "  - \(preset)")
        let finished = try await Cohort.run(["check", file], in: place)
        #expect(finished.exitCode == .configuration)
        #expect(
            finished.complaint.contains("corpus has a label at each position"),
            "\(finished.complaint)")
    }

    @Test(arguments: [
        ("learners.a.model=transformer", "gives one answer for a whole sequence"),
        ("learners.a.on-policy={prompt: 30}", "nobody teaches 'a'"),
        ("data.tasks={count: 2}", "have a label at each position"),
        ("data.sampler={per-class: 2}", "label at each position"),
    ])
    func whatDoesNotFitIsRefused(change: String, message: String) async throws {
        let file = try write("refused", learners: "  a: \(gpt(1))")
        let options = change.contains("transformer") ? ["learners.a.options={heads: 2}"] : []
        let finished = try await Cohort.run(["check", file, change] + options, in: place)
        #expect(finished.exitCode == .configuration)
        #expect(finished.complaint.contains(message), "\(finished.complaint)")
    }

    @Test(arguments: [
        ("", "write `inputs: send` on the edge"),
        (", inputs: send, loss: dkd", "reads labels"),
        (", inputs: send}\n  - teach: {from: a, to: b", "let it teach nobody"),
        (", inputs: send}\n  - teach: {from: t, to: b, inputs: send", "teaches 'b' too"),
    ])
    func onlyATeacherThatIsSentThemJudgesWrittenSamples(
        edges: String, message: String
    ) async throws {
        let teacher = gpt(1, ", role: teacher, weights: \(place.path)/t")
        let file = try write(
            "refused",
            learners: "  t: \(teacher)\n  a: \(gpt(1, ", on-policy: {prompt: 4}"))\n  b: \(gpt(1))",
            teaching: "  - teach: {from: t, to: a\(edges)}")
        let finished = try await Cohort.run(["check", file], in: place)
        #expect(finished.exitCode == .configuration)
        #expect(finished.complaint.contains(message), "\(finished.complaint)")
    }
}

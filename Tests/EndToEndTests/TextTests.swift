import Foundation
import Reporting
import Testing

/// Models of texts that teach one another, as real processes on real texts.
@Suite(.timeLimit(.minutes(4))) struct TextTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// WordNet's explanations of animals and plants as JSON lines, `count` of each.
    private func explanations(_ count: Int) throws -> String {
        let text = try String(contentsOfFile: "/usr/share/wordnet/data.noun", encoding: .utf8)
        var lines: [String] = []
        for (file, label) in [("05", "animal"), ("20", "plant")] {
            let senses = text.split(separator: "\n").lazy.filter {
                $0.split(separator: " ", maxSplits: 2).dropFirst().first == file[...]
            }
            for sense in senses.prefix(count) {
                let gloss = sense.split(separator: "|", maxSplits: 1).last ?? ""
                let object = ["text": String(gloss), "label": label]
                let data = try JSONSerialization.data(withJSONObject: object)
                lines.append(String(decoding: data, as: UTF8.self))
            }
        }
        return try place.write(lines.joined(separator: "\n"), to: "senses.jsonl")
    }

    private func configuration(_ tokenizer: String, models: String? = nil) throws -> String {
        let file = try explanations(250)
        let models =
            models ?? """
                  c: {model: text-cnn, options: {dimension: 16, filters: 16}}
                  t:
                    model: transformer
                    options: {dimension: 16, layers: 1, heads: 2, hidden: 32}
                """
        return try place.write(
            """
            name: texts
            data: {set: text, options: {file: \(file), length: 24, tokenizer: \(tokenizer)}}
            training:
              steps: 80
              batch: 16
              optimizer: {kind: adamw, rate: 0.005}
            learners:
            \(models)
            teaching:
              - mutual: {among: [c, t]}
            runs: \(place.runs)
            """, to: "texts.yaml")
    }

    @Test(arguments: ["words", "{kind: wordpiece, size: 600}", "bytes"])
    func aConvolutionalNetAndATransformerTeachOneAnother(tokenizer: String) async throws {
        let configuration = try configuration(tokenizer)
        let finished = try await Cohort.run(["run", configuration], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("texts").summary)
        for name in ["c", "t"] {
            let learner = try #require(summary.learners[name])
            // Of two classes of one size; bytes say less in as few tokens.
            let least = tokenizer == "bytes" ? 0.55 : 0.75
            #expect((learner.testAccuracy ?? 0) > least, "\(name)")
        }
        for name in ["c", "t"] {
            let folder = place.path + "/" + name
            let exported = try await Cohort.run(
                [
                    "export", "\(place.latest("texts").path)/\(name)", "--onnx", "\(folder).onnx",
                    "--safetensors", folder,
                ], in: place)
            try #require(exported.exitCode == .success, "\(exported.complaint)")
            let facts = try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: "\(folder)/config.json")))
            let found = try #require(facts as? [String: Any])
            #expect(found["padding"] as? Int == 0 && found["normalization"] == nil)
            let tokens = try String(contentsOfFile: "\(folder)/tokens.txt", encoding: .utf8)
            #expect(tokens.split(separator: "\n").count == found["vocabulary"] as? Int)
        }
    }

    /// A run is a function of its configuration here too.
    @Test func theTransportChangesNoBit() async throws {
        let configuration = try configuration("words")
        var weights: [[Data]] = []
        for transport in ["ipc", "tcp"] {
            let finished = try await Cohort.run(
                ["run", configuration, "training.steps=12", "exchange.transport=\(transport)"],
                in: place)
            try #require(finished.exitCode == .success, "\(finished.complaint)")
            weights.append(try ["c", "t"].map { try place.latest("texts").weights(of: $0) })
        }
        #expect(weights[0] == weights[1])
    }

    @Test func checkShowsTheTexts() async throws {
        let finished = try await Cohort.run(["check", try configuration("words")], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let output = finished.output.joined(separator: "\n")
        for part in [
            "400 training samples of 2 classes, each 1×1×24", "tokens: words in lower case,",
            "of samples cut to 24", "animal: ", "plant: ",
        ] { #expect(output.contains(part), "\(output)") }
    }

    @Test func modelsOfImagesAreRefused() async throws {
        let models = "  c: {model: resnet8}\n  t: {model: transformer, options: {tokens: 9}}"
        let finished = try await Cohort.run(
            ["check", try configuration("words", models: models)], in: place)
        #expect(finished.exitCode == .configuration)
        for part in [
            "learner 'c': model 'resnet8' reads numbers, and the data set holds tokens",
            "learner 't': model 'transformer' has tokens: 9, and the data set holds",
        ] { #expect(finished.complaint.contains(part), "\(finished.complaint)") }
    }
}

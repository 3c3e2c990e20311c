import ArgumentParser
import Experiment
import Foundation
import NeuralNetwork
import Reporting

/// What a language model writes.
struct TextArguments: ParsableArguments {
    @Option(help: "Of a language model: the text that it continues; may be empty.")
    var prompt: String?

    @Option(help: "With --prompt: how many tokens are added at most; by default 200.")
    var tokens: Int?

    @Option(
        help: """
            Write --count texts, each begun with the beginning of a training sample, to this folder, a \
            file for each; or to this file, if its name ends by .txt, a line for each.
            """,
        completion: .file())
    var texts: String?

    @Option(
        help: "With --texts: how many tokens of a sample begin a text; by default 16.")
    var promptTokens: Int?

    @Option(help: "Divides the logits of tokens; 0 takes the likeliest. By default 1.")
    var temperature: Double?

    @Option(help: "Draw from so many of the likeliest tokens; by default from all.")
    var topK: Int?

    /// Whether text is asked for.
    var areGiven: Bool { prompt != nil || texts != nil }

    /// The name of an option of text that is given; nil for none.
    private var given: String? {
        if tokens != nil { return "--tokens" }
        if promptTokens != nil { return "--prompt-tokens" }
        if temperature != nil { return "--temperature" }
        return topK == nil ? nil : "--top-k"
    }

    func validate() throws {
        guard areGiven || given == nil else {
            throw ValidationError("\(given ?? "") is of text: name --prompt or --texts too")
        }
        guard prompt == nil || texts == nil else {
            throw ValidationError("--prompt and --texts exclude one another")
        }
        guard tokens == nil || prompt != nil else {
            throw ValidationError("--tokens is of --prompt; a text of --texts is a sample long")
        }
        guard promptTokens == nil || texts != nil else {
            throw ValidationError("--prompt-tokens is of --texts")
        }
        guard 1...1_000_000 ~= tokens ?? 1, 1...1_000_000 ~= promptTokens ?? 1,
            1...1_000_000 ~= topK ?? 1
        else {
            throw ValidationError("--tokens, --prompt-tokens and --top-k are 1 to 1000000")
        }
        guard 0...100 ~= temperature ?? 1 else {
            throw ValidationError("--temperature is 0 to 100")
        }
    }

    /// Writes what was asked for.
    func write(by learner: LearnerReference, count: Int?, seed: UInt64?) throws {
        let writer = try WrittenText(
            learner, choice: TokenChoice(temperature: temperature ?? 1, most: topK),
            seed: seed ?? 0)
        if let prompt {
            for number in 0..<(count ?? 1) {
                try writer.write(prompt, tokens: tokens ?? 200, number: number) {
                    if !$0.isEmpty { try printResult($0) }
                }
                try printResult("\n")
            }
        }
        guard let texts else { return }
        let written = try writer.texts(count ?? 100, prompt: promptTokens ?? 16)
        try TextFiles.write(written, to: texts)
        printNotice("wrote \(texts): \(written.count) texts")
    }
}

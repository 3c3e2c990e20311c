import Datasets
import Foundation
import NeuralNetwork
import Options

/// What a program must know of an exported model: its architecture, and what its inputs are.
struct ModelDescription {
    /// By the keys under which files hold them: values of JSON.
    private let facts: [String: Any]
    /// What each token stands for, by its number; nil for a model that reads none.
    let tokens: [String]?

    /// - Parameters:
    ///   - architecture: the model's name, and its options in full form.
    ///   - contents: of the samples that it was trained on.
    ///   - normalization: nil for a model of tokens.
    ///   - step: how many steps made the weights; nil where they were given.
    ///   - quantize: how its layers are quantised, in full form; nil for floats.
    ///   - borrowed: how it is made of another learner's model, and that model; nil for a model of
    ///     its own.
    init(
        of model: Model, _ architecture: NamedOptions, contents: SampleContents,
        normalization: Normalization?, origin: [String: String], step: Int?,
        quantize: Setting?, borrowed: (parts: BorrowedModel, of: NamedOptions)? = nil
    ) {
        var facts: [String: Any] = origin
        facts["model"] = architecture.name
        facts["options"] = architecture.options.json
        facts["input"] = model.input
        facts["classes"] = model.classes
        facts["parameters"] = model.parameterCount
        facts["step"] = step
        facts["quantize"] = quantize?.json
        if let (parts, other) = borrowed {
            facts[parts.key] = parts.setting.json
            facts["lender"] =
                ["model": other.name, "options": other.options.json] as [String: Any]
        }
        facts["vocabulary"] = model.vocabulary?.count
        facts["padding"] = model.vocabulary?.padding
        facts["normalization"] = normalization.map {
            ["divisor": $0.divisor, "mean": $0.mean, "std": $0.std] as [String: Any]
        }
        if case .tokens(let tokens) = contents {
            facts["tokenizer"] = tokens.rules
            facts["unknown"] = tokens.unknown
            self.tokens = tokens.texts
        } else {
            tokens = nil
        }
        self.facts = facts
    }

    /// An object of JSON, its keys in alphabetic order.
    func json() throws -> Data {
        try JSONSerialization.data(
            withJSONObject: facts, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
            + Data("\n".utf8)
    }

    /// The same facts as texts: what is no text as JSON.
    ///
    /// - Parameters:
    ///   - output: which of the model's classifiers answers.
    ///   - isScaled: whether the model normalizes its inputs itself.
    func metadata(of output: ModelOutput, isScaled: Bool) throws -> [String: String] {
        var texts = try facts.mapValues { value in
            if let text = value as? String { return text }
            let data = try JSONSerialization.data(
                withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
            return String(decoding: data, as: UTF8.self)
        }
        if let tokens {
            let data = try JSONSerialization.data(
                withJSONObject: tokens, options: [.withoutEscapingSlashes])
            texts["tokens"] = String(decoding: data, as: UTF8.self)
        }
        if texts["normalization"] != nil { texts["normalized_inside"] = String(isScaled) }
        texts["exit"] = output.name
        return texts
    }
}

extension Setting {
    /// The value of JSON that says the same: numbers and truth values where they stand without
    /// quotes, texts elsewhere.
    fileprivate var json: Any {
        switch value {
        case .list(let items): items.map(\.json)
        case .map(let entries):
            Dictionary(entries.map { ($0.key, $0.value.json) }) { first, _ in first }
        case .scalar(let text, isQuoted: true): text
        case .scalar(let text, isQuoted: false):
            Int(text) ?? Double(text) ?? Bool(text) ?? (text.isEmpty ? NSNull() : text) as Any
        }
    }
}

import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Options
import Reporting

/// The names of one kind that a configuration can use, with the options of each.
public struct Catalogue: Sendable {
    /// What can be named.
    public enum Kind: String, CaseIterable, Sendable {
        case models, generators, taps, losses, combinations, objectives
        case generatorLosses = "generator-losses"
        case operations, methods, presets, codecs, datasets, tokenizers, optimizers, schedules,
            quantizations
        case sinks, nodes
    }

    private let kind: Kind
    private let entries: [(name: String, summary: String)]
    /// The names, in the order of the registry.
    public var names: [String] { entries.map(\.name) }
    private let options: @Sendable (String) -> [OptionDescription]

    /// The names of a kind; for taps those of the models.
    public init(_ kind: Kind) {
        switch kind {
        case .models, .taps: self.init(kind, Models.registry)
        case .generators: self.init(kind, Generators.registry)
        case .losses: self.init(kind, Losses.registry)
        case .generatorLosses: self.init(kind, GeneratorLosses.registry)
        case .combinations: self.init(kind, Combinations.registry)
        case .objectives: self.init(kind, Objectives.registry)
        case .operations: self.init(kind, SearchOperations.registry)
        case .methods: self.init(kind, DataFreeMethods.registry)
        case .presets: self.init(kind, Presets.registry(.all))
        case .codecs: self.init(kind, Codecs.registry)
        case .datasets: self.init(kind, DatasetSources.registry)
        case .tokenizers: self.init(kind, Tokenizers.registry)
        case .optimizers: self.init(kind, Optimizers.registry)
        case .schedules: self.init(kind, LearningRates.registry)
        case .quantizations: self.init(kind, QuantizationMethods.registry)
        case .nodes:
            self.init(kind, NodeKinds.all.map { ($0.name, $0.summary) }) { _ in [] }
        case .sinks:
            self.init(kind, SinkRegistry.entries.map { ($0.name, $0.summary) }) {
                ChosenSink.options(of: $0)
            }
        }
    }

    private init<Product>(_ kind: Kind, _ registry: Registry<Product>) {
        self.init(
            kind, registry.entries.map { ($0.name, $0.summary) }, options: registry.options)
    }

    private init(
        _ kind: Kind, _ entries: [(name: String, summary: String)],
        options: @escaping @Sendable (String) -> [OptionDescription]
    ) {
        (self.kind, self.entries, self.options) = (kind, entries, options)
    }

    /// Tables for people: all names of the kinds with their summaries, or the options of one name.
    ///
    /// - Parameters:
    ///   - kind: nil for all kinds but taps.
    ///   - name: the name whose options are listed; for taps the model.
    /// - Throws: ``SettingError`` for an unknown name, and where taps lack a model.
    public static func text(_ kind: Kind?, named name: String?) throws -> String {
        if kind == .taps { return try taps(of: name) }
        let kinds = kind.map { [$0] } ?? Kind.allCases.filter { $0 != .taps }
        return try kinds.map { try Catalogue($0).text(named: name) }.joined()
    }

    private func text(named name: String?) throws -> String {
        guard let name else {
            let rows = entries.map { ["  \($0.name)", $0.summary] }
            return "\(kind.rawValue):\n" + TextTable(rows: rows).text
        }
        guard entries.contains(where: { $0.name == name }) else {
            let hint = nearest(to: name, among: names)
            throw SettingError("\(kind.rawValue): unknown '\(name)': \(hint)")
        }
        let options = options(name)
        guard !options.isEmpty else { return "\(name) has no options\n" + views(of: name) }
        let rows = options.map { [$0.key, $0.fallback ?? "required", $0.help] }
        return TextTable(rows: [["option", "default", ""]] + rows).text + views(of: name)
    }

    /// The views of a data set; empty for other kinds and where there are none.
    private func views(of name: String) -> String {
        let views = kind == .datasets ? DatasetSources.views(of: name) : []
        guard !views.isEmpty else { return "" }
        let rows = views.map { [$0.name, $0.summary] }
        return "\n" + TextTable(rows: [["view", "shows"]] + rows).text
    }

    /// The activations of a model that losses can compare, with their shapes for ten classes and
    /// images of 3×32×32, or 64 tokens.
    private static func taps(of name: String?) throws -> String {
        guard let name else {
            throw SettingError("taps: name a model, as in `cohort list taps resnet8`")
        }
        let architecture = try Models.make(name)
        let (input, what) =
            architecture.vocabulary == nil
            ? ([3, 32, 32], "images of 3×32×32") : ([1, 1, 64], "64 tokens")
        let model = try Model(architecture, input: input, classes: 10)
        let rows = model.taps.sorted { $0.key < $1.key }.map { tap, shape in
            [tap, shape.map(String.init).joined(separator: "×")]
        }
        return TextTable(rows: [["tap", "shape for \(what)"]] + rows).text
    }
}

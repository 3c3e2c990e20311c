import ArgumentParser
import CohortGraph
import Datasets
import Distillation
import Exchange
import Experiment
import NeuralNetwork
import Options
import Reporting

/// `cohort list`: what configuration can name.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show what a configuration can name, and the options of each.")

    enum Kind: String, CaseIterable, ExpressibleByArgument {
        case models, taps, losses, combinations, presets, codecs, datasets, optimizers, schedules,
            sinks
    }

    @Argument(
        help: "models, taps, losses, combinations, presets, codecs, datasets, optimizers, …")
    var kind: Kind?

    @Argument(help: "Show the options of this one.")
    var name: String?

    func run() async throws {
        try await reportingFailure {
            if kind == .taps { return try listTaps() }
            for kind in kind.map({ [$0] }) ?? Kind.allCases where kind != .taps {
                try list(Catalogue(kind), named: kind.rawValue)
            }
        }
    }

    /// The places in a model whose activations can be compared, with their shapes for ten classes and
    /// images of 3×32×32, or 64 tokens.
    private func listTaps() throws {
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
        try show(TextTable(rows: [["tap", "shape for \(what)"]] + rows).text)
    }

    private func list(_ catalogue: Catalogue, named title: String) throws {
        guard let name else {
            try show("\(title):\n")
            let rows = catalogue.entries.map { ["  \($0.name)", $0.summary] }
            try show(TextTable(rows: rows).text)
            return
        }
        guard catalogue.entries.contains(where: { $0.name == name }) else {
            let hint = nearest(to: name, among: catalogue.entries.map(\.name))
            throw SettingError("\(title): unknown '\(name)': \(hint)")
        }
        let options = catalogue.options(name)
        guard !options.isEmpty else { return try show("\(name) has no options\n") }
        let rows = options.map { [$0.key, $0.fallback ?? "required", $0.help] }
        try show(TextTable(rows: [["option", "default", ""]] + rows).text)
    }
}

/// The names of one kind, whatever they make.
private struct Catalogue {
    let entries: [(name: String, summary: String)]
    let options: (String) -> [OptionDescription]

    init(_ kind: ListCommand.Kind) {
        switch kind {
        case .models, .taps: self.init(Models.registry)
        case .losses: self.init(Losses.registry)
        case .combinations: self.init(Combinations.registry)
        case .presets: self.init(Presets.registry(.all))
        case .codecs: self.init(Codecs.registry)
        case .datasets: self.init(DatasetSources.registry)
        case .optimizers: self.init(Optimizers.registry)
        case .schedules: self.init(LearningRates.registry)
        case .sinks:
            self.init(entries: SinkRegistry.entries.map { ($0.name, $0.summary) }) { _ in [] }
        }
    }

    private init<Product>(_ registry: Registry<Product>) {
        self.init(
            entries: registry.entries.map { ($0.name, $0.summary) }, options: registry.options)
    }

    private init(
        entries: [(name: String, summary: String)],
        options: @escaping (String) -> [OptionDescription]
    ) {
        self.entries = entries
        self.options = options
    }
}

import Distillation
import Exchange
import Experiment
import Foundation
import NeuralNetwork
import Options
import Testing

/// Laws over every setting of a configuration: a new key is tested the day it is declared.
@Suite(.timeLimit(.minutes(1))) struct SettingLawTests {
    /// Private labels with a pool, a teacher with weights, relays, data of a learner's own.
    private static let text = """
        name: law
        data: {set: digits, labels: {each: 60, private: true, pool: rest}, validation: 100}
        training: {steps: 60, batch: 32, common: 48}
        exchange: {transport: tcp, host: 127.0.0.1}
        learners:
          a: {model: mlp, options: {hidden: [8]}}
          b: {model: mlp, task: 0.5, data: {set: digits}, training: {batch: 8}}
          t: {model: mlp, role: teacher, weights: t.safetensors}
        teaching:
          - mutual: {among: [a, b], missing: drop}
          - teach: {from: t, to: a}
        """

    private static func read(_ overrides: [String] = []) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: text, file: "f", name: "f", overrides: overrides, registries: .all)
    }

    /// A change of every key that is declared, by its path with `NAME` for a learner.
    private static let changes: [String: [String]] = [
        "name": ["name=other"], "title": ["title=Other"], "seed": ["seed=2"],
        "runs": ["runs=elsewhere"],
        "restarts": ["restarts=0"], "sinks": ["sinks=[csv]"],
        "compare.alone": ["compare.alone=true"],
        "checkpoints.every": ["checkpoints.every=5"], "checkpoints.keep": ["checkpoints.keep=9"],
        "data": ["data.labels.each=61", "data.labels.skew=0.5"],
        "training.steps": ["training.steps=61"],
        "training.epochs": ["training.steps=null", "training.epochs=3"],
        "training.batch": ["training.batch=33"], "training.common": ["training.common=49"],
        "training.optimizer": ["training.optimizer.rate=0.2"],
        "training.schedule": ["training.schedule=cosine"], "training.clip": ["training.clip=1"],
        "training.smoothing": ["training.smoothing=0.1"],
        "training.accumulate": ["training.accumulate=2"],
        "training.class-weights": ["training.class-weights=balanced"],
        "training.mixup": ["training.mixup=0.2"], "training.cutmix": ["training.cutmix=1"],
        "training.best": ["training.best=loss"],
        "training.patience": ["training.best=loss", "training.patience=2"],
        "training.average": ["training.average=0.9"],
        "training.evaluate": ["training.evaluate=2"],
        "training.interval": ["training.interval=1"],
        "training.gradients": ["training.gradients=20"],
        "training.threads": ["training.threads=3"],
        "learners.NAME.model": ["learners.a.model=lenet", "learners.a.options=null"],
        "learners.NAME.options": ["learners.a.options.hidden=[9]"],
        "learners.NAME.role": ["learners.a.role=assistant"],
        "learners.NAME.external": ["learners.a.external=true"],
        "learners.NAME.command": [
            "learners.a.external=true", "learners.a.command=run-it",
        ],
        "learners.NAME.weights": ["learners.t.weights=other.safetensors"],
        "learners.NAME.source": ["learners.t.weights=null", "learners.t.source=a-recording"],
        "learners.NAME.task": ["learners.a.task=0.9"],
        "learners.NAME.strong-task": [
            "data.augmentation.strong=true", "learners.a.strong-task=0.5",
        ],
        "learners.NAME.attack": ["learners.a.attack=nan"],
        "learners.NAME.task-gate": ["learners.a.task-gate=linear"],
        "learners.NAME.mispaired": ["learners.a.mispaired=true"],
        "learners.NAME.quantize": ["learners.a.quantize=lsq"],
        "learners.NAME.classifier": ["learners.a.classifier=t"],
        "learners.NAME.assists": ["learners.a.assists=t"],
        "learners.NAME.replicas": ["learners.t.replicas=2"],
        "learners.NAME.objective": ["learners.a.objective=uncertainty"],
        "learners.NAME.view": [], "learners.NAME.task-order": [], "learners.NAME.on-policy": [],
        "learners.NAME.labelled": ["learners.a.labelled=false"],
        "learners.NAME.data": ["learners.b.data.labels=50"],
        "learners.NAME.training.steps": ["learners.b.training.steps=61"],
        "learners.NAME.training.epochs": [
            "learners.b.training={epochs: 3, batch: 8}"
        ],
        "learners.NAME.training.batch": ["learners.b.training.batch=9"],
        "learners.NAME.training.common": [], "learners.NAME.training.evaluate": [],
        "learners.NAME.training.interval": [],
        "learners.NAME.training.optimizer": ["learners.b.training.optimizer=adamw"],
        "learners.NAME.training.schedule": ["learners.b.training.schedule=cosine"],
        "learners.NAME.training.clip": ["learners.b.training.clip=1"],
        "learners.NAME.training.accumulate": ["learners.b.training.accumulate=2"],
        "learners.NAME.training.class-weights": ["learners.b.training.class-weights=balanced"],
        "learners.NAME.training.mixup": [], "learners.NAME.training.cutmix": [],
        "learners.NAME.training.best": ["learners.b.training.best=loss"],
        "learners.NAME.training.patience": ["learners.b.training={best: loss, patience: 2}"],
        "learners.NAME.training.average": ["learners.b.training.average=0.9"],
        "learners.NAME.training.smoothing": ["learners.b.training.smoothing=0.1"],
        "learners.NAME.training.gradients": ["learners.b.training.gradients=20"],
        "learners.NAME.training.threads": ["learners.b.training.threads=3"],
        "teaching": ["teaching.0.mutual.weight=2"],
        "exchange.transport": ["exchange.transport=ipc"],
        "exchange.host": ["exchange.host=10.0.0.1"],
        "exchange.advertise": ["exchange.advertise=10.0.0.1"],
        "exchange.security": ["exchange.security=curve"], "exchange.keys": ["exchange.keys=k"],
        "exchange.topology": ["exchange.topology=mesh"], "exchange.fan": ["exchange.fan=9"],
        "exchange.window": ["exchange.window=3"], "exchange.quorum": ["exchange.quorum=majority"],
        "exchange.journal": ["exchange.journal=9"],
        "exchange.timeouts.join": ["exchange.timeouts.join=9"],
        "exchange.timeouts.step": ["exchange.timeouts.step=9"],
        "exchange.timeouts.missing": ["exchange.timeouts.missing=9"],
        "exchange.quarantine.strikes": ["exchange.quarantine.strikes=9"],
        "exchange.quarantine.steps": ["exchange.quarantine.steps=9"],
    ]

    @Test(arguments: ExperimentConfiguration.keys.listing.map(\.path))
    func theDigestFollowsExactlyWhatChangesNumbers(path: String) throws {
        let change = try #require(Self.changes[path], "\(path) is new: how is it changed?")
        guard !change.isEmpty else { return }
        let (before, after) = (try Self.read(), try Self.read(change))
        #expect(after != before)
        let effect = try #require(
            ExperimentConfiguration.keys.listing.first { $0.path == path }?.effect)
        #expect((after.digest != before.digest) == (effect == .numbers))
        // A run that is resumed with it names it.
        let named = Provenance(of: after, contents: [:])
            .differences(from: Provenance(of: before, contents: [:]))
        #expect(named.isEmpty == (effect != .numbers))
        // Only how long learners train is no part of what messages carry.
        let isLength = path.hasSuffix("training.steps") || path.hasSuffix("training.epochs")
        #expect(
            (after.identityDigest != before.identityDigest) == (effect == .numbers && !isLength))
    }

    @Test func noKeyIsLeftThatIsNotDeclared() {
        #expect(
            Set(Self.changes.keys) == Set(ExperimentConfiguration.keys.listing.map(\.path)))
    }

    /// What some options need beside them.
    private static let companions = ["gate": ", branches: 3", "rescale": ", branches: 3"]

    /// Options that follow from how many taps are named, which are part of the digest.
    private static let implied = ["levels"]

    /// The options of everything that a registry names are part of the digest.
    @Test(arguments: NumericRegistry.all)
    func everyOptionOfARegistryChangesTheDigest(_ kind: NumericRegistry) throws {
        var read = 0
        for name in kind.names {
            guard let plain = try? Self.read(kind.overrides(name, "")) else { continue }
            read += 1
            for option in kind.options(name) where !Self.implied.contains(option.key) {
                let beside = Self.companions[option.key] ?? ""
                let plain =
                    beside.isEmpty ? plain : try Self.read(kind.overrides(name, beside))
                let changed = option.candidates.contains { candidate in
                    let after = try? Self.read(
                        kind.overrides(name, "\(beside), \(option.key): \(candidate)"))
                    return after.map { $0.digest != plain.digest } ?? false
                }
                #expect(changed, "\(kind.kind) \(name): \(option.key)")
            }
        }
        #expect(read > kind.names.count / 2)
    }

    @Test(arguments: [
        ("learners.t.training={steps: 9}", "training"), ("learners.t.task=0.5", "task"),
        ("learners.t.objective=uncertainty", "objective"),
        ("learners.t.task-gate=linear", "task-gate"),
        ("learners.t.data={set: digits, labels: 9}", "data.labels"),
        ("learners.t.data={set: digits, augmentation: {flip: true}}", "data.augmentation"),
        ("learners.c={model: mlp, attack: nan}", "attack"),
        ("learners.c={model: mlp, mispaired: true}", "mispaired"),
        ("learners.c={model: mlp, training: {gradients: 9}}", "training.gradients"),
        ("learners.b={external: true, training: {gradients: 9}}", "training.gradients"),
    ])
    func aSettingWithoutEffectInARoleIsRefused(override: String, key: String) {
        let error = #expect(throws: SettingError.self) { try Self.read([override]) }
        #expect(error?.message.contains("\(key) has no effect") == true, "\(error as Any)")
    }

    @Test func whatIsIdleIsNamed() throws {
        let idle = try Self.read([
            "exchange={host: 10.0.0.1, security: plain, keys: k, fan: 9}",
            "teaching=[{mutual: [a, b]}, {teach: {from: t, to: a, weight: 0}}]",
        ]).idleSettings
        #expect(
            idle.map { String($0.prefix { $0 != ":" }) } == [
                "exchange.host and exchange.advertise", "exchange.keys", "exchange.fan",
                "teaching of 'a' by t",
            ])
        #expect(try Self.read().idleSettings.isEmpty)
    }
}

/// A registry whose options change numbers, and where they are written.
struct NumericRegistry: Sendable, CustomTestStringConvertible {
    struct Option {
        var key: String
        var candidates: [String]
    }

    var kind: String
    var names: [String]
    fileprivate var described: @Sendable (String) -> [OptionDescription]
    /// - Parameter options: `, key: value`, or empty.
    var overrides: @Sendable (_ name: String, _ options: String) -> [String]

    var testDescription: String { kind }

    private init<Product>(
        _ registry: Registry<Product>,
        _ overrides: @escaping @Sendable (_ name: String, _ options: String) -> [String]
    ) {
        (kind, names) = (registry.kind, registry.names)
        described = { registry.options(of: $0) }
        self.overrides = overrides
    }

    func options(_ name: String) -> [Option] {
        described(name).map { Option(key: $0.key, candidates: Self.candidates(for: $0)) }
    }

    /// Values that an option may take other than its default.
    private static func candidates(for option: OptionDescription) -> [String] {
        let words = option.help.split { !$0.isLetter && $0 != "-" }.map(String.init)
        return [
            "2", "3", "4", "0.25", "0.5", "7", "true", "true, momentum: 0.9", "false", "[3]",
            "[9, 9]", "0.001", "1000", "sgd", "cosine", "lenet", "[9 conv3]", searchedFile,
        ] + words
    }

    /// The path of a net that a search found.
    private static let searchedFile: String = {
        let path = FileManager.default.temporaryDirectory.path + "/cohort-\(UUID().uuidString).json"
        let text = #"{"blocks": ["9 conv3"], "parameters": 0, "multiply_adds": 0, "score": 0}"#
        _ = FileManager.default.createFile(atPath: path, contents: Data(text.utf8))
        return path
    }()

    /// Labelled common samples, on which all losses can teach.
    private static let labelled = [
        "data={set: digits, validation: 100}", "training.common=null", "learners.b.data=null",
        "learners.b.training=null",
    ]

    static let all = [
        NumericRegistry(Models.registry) { name, options in
            ["learners.a={model: \(name), options: {\(options.dropFirst(2))}}"]
        },
        NumericRegistry(Optimizers.registry) { ["training.optimizer={kind: \($0)\($1)}"] },
        NumericRegistry(LearningRates.registry) { ["training.schedule={kind: \($0)\($1)}"] },
        NumericRegistry(Objectives.registry) { ["learners.a.objective={kind: \($0)\($1)}"] },
        NumericRegistry(Losses.registry) { name, options in
            labelled + ["teaching.1.teach.loss={kind: \(name)\(options)}"]
        },
        NumericRegistry(Combinations.registry) { name, options in
            labelled + ["teaching.1.teach.combine={kind: \(name)\(options)}"]
        },
        NumericRegistry(Codecs.registry) { name, options in
            labelled + ["teaching.1.teach.codec={kind: \(name)\(options)}"]
        },
    ]
}

import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Options

extension Registries {
    /// The rooms as they are: every registry that configuration reaches.
    public static let all = Registries(
        model: { (name, options, position) throws(SettingError) in
            try Models.registry(for: name).read(name, options: options, at: position).options
        },
        generator: reader(Generators.registry),
        exits: { (model) throws(SettingError) in
            try Models.make(model.name, options: model.options).exits
        },
        optimizer: reader(Optimizers.registry), schedule: reader(LearningRates.registry),
        objective: reader(Objectives.registry),
        edges: .all,
        data: { (setting) throws(SettingError) in
            try OptionReader.read(setting, subject: "data") { (reader) throws(SettingError) in
                let options = try DataOptions(options: &reader)
                return DataSection(
                    reader.resolved, keys: options.keys,
                    hasPrivateLabels: options.labels.isPrivate,
                    hasPool: options.labels.pool == .rest,
                    hasValidation: options.validation != .none,
                    hasStrongView: options.augmentation.strong != nil, maySend: options.maySend,
                    views: options.allViews, tasks: options.tasks)
            }
        })
}

extension EdgeRegistries {
    /// The losses, combinations and codecs that there are.
    public static let all = EdgeRegistries(
        loss: { (name, options, position) throws(SettingError) in
            let (loss, options) = try Losses.registry.read(name, options: options, at: position)
            return LossFacts(
                options: options, knowledge: loss.summary.kind, tapCount: loss.tapCount,
                traits: loss.traits, usualCombination: loss.usualCombination)
        },
        guide: { (name, options, position) throws(SettingError) in
            let (loss, options) = try GeneratorLosses.registry.read(
                name, options: options, at: position)
            return LossFacts(
                options: options, knowledge: loss.summary.kind, tapCount: loss.summary.tapCount,
                traits: loss.views == nil ? .guides : [.guides, .comparesViews])
        },
        combination: { (name, options, position) throws(SettingError) in
            let (combination, options) = try Combinations.registry.read(
                name, options: options, at: position)
            return CombinationFacts(
                options: options, traits: combination.traits)
        },
        codec: { (name, options, position) throws(SettingError) in
            let (codec, options) = try Codecs.registry.read(name, options: options, at: position)
            return CodecFacts(options: options, traits: codec.traits)
        })
}

extension DataOptions {
    /// Reads a section that was checked before.
    init(_ section: DataSection) throws(SettingError) {
        var reader = OptionReader(section.setting, subject: "data")
        try self.init(options: &reader)
    }
}

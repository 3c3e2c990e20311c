import Datasets
import NeuralNetwork
import Options

extension Rooms {
    /// The rooms as they are: every registry that configuration reaches.
    public static let all = Rooms(
        model: { (name, options, position) throws(SettingError) in
            try Models.registry(for: name).read(name, options: options, at: position).options
        },
        optimizer: reader(Optimizers.registry), schedule: reader(LearningRates.registry),
        data: { (setting) throws(SettingError) in
            var reader = try OptionReader(setting, subject: "data")
            let options = try DataOptions(options: &reader)
            try reader.finish()
            return DataSection(
                reader.resolved, hasPrivateLabels: options.labels.isPrivate,
                hasPool: options.labels.pool == .rest)
        })
}

extension DataOptions {
    /// Reads a section that was checked before.
    init(_ section: DataSection) throws(SettingError) {
        var reader = try OptionReader(section.setting, subject: "data")
        try self.init(options: &reader)
    }
}

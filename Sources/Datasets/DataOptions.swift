import Options

/// A `data` section: which samples, with which labels, how augmented.
///
///     data: {set: fashion-mnist, labels: 4000, validation: 0.1, augmentation: {flip: true}}
public struct DataOptions: Sendable {
    /// The data source's name in ``DatasetSources/registry``.
    public var set: String
    /// Where the samples come from.
    public var source: any DatasetSource
    /// How many labelled samples the learners have, and whether they share them.
    public var labels: LabelOptions
    /// How many training samples are kept from training.
    public var validation: ValidationOptions
    /// Random changes to training images.
    public var augmentation: Augmentation

    /// Reads `set`, `options` (the source's own), `labels`, `validation` and `augmentation`.
    public init(options: inout OptionReader) throws(SettingError) {
        set = try options.value("set", default: "digits", help: "a data set")
        let own = options.setting("options", help: "of the data set")
        source = try DatasetSources.registry.make(
            set, options: own, at: options.position(of: "set"))
        labels = try LabelOptions(
            options.setting("labels", fallback: "all", help: "a number, or each, private, pool"))
        validation = try ValidationOptions(
            options.setting("validation", fallback: "0", help: "a share or a number of samples"))
        augmentation = try Augmentation(
            options.setting("augmentation", fallback: "none", help: "crop, flip"))
    }
}

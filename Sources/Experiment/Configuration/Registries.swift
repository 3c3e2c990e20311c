import CohortGraph
import Datasets
import Options

/// The readers of the settings that other modules define: their names, options and defaults.
///
/// Each member checks a setting by its module's reader and
/// returns it in full form, with every default; a reader from a registry is ``reader(_:)``.
public struct Registries: Sendable {
    /// `learners.X.model` and `learners.X.options`.
    public var model: NamedReader
    /// The same of a learner that makes samples.
    public var generator: NamedReader
    /// The taps of the logits of a model's early exits; the model was read before.
    public var exits: @Sendable (NamedOptions) throws(SettingError) -> [String]
    /// `training.optimizer`, without its `kind`.
    public var optimizer: NamedReader
    /// `training.schedule`, without its `kind`.
    public var schedule: NamedReader
    /// `learners.X.objective`.
    public var objective: NamedReader
    /// The losses, combinations and codecs of `teaching`.
    public var edges: EdgeRegistries
    /// `data`, or a learner's own; nil where it is not written.
    public var data: @Sendable (Setting?) throws(SettingError) -> DataSection

    /// The readers of all sections that belong to other modules.
    public init(
        model: @escaping NamedReader, generator: @escaping NamedReader,
        exits: @escaping @Sendable (NamedOptions) throws(SettingError) -> [String] = { _ in [] },
        optimizer: @escaping NamedReader,
        schedule: @escaping NamedReader, objective: @escaping NamedReader,
        edges: EdgeRegistries,
        data: @escaping @Sendable (Setting?) throws(SettingError) -> DataSection
    ) {
        self.model = model
        self.generator = generator
        self.exits = exits
        self.optimizer = optimizer
        self.schedule = schedule
        self.objective = objective
        self.edges = edges
        self.data = data
    }

    /// Checks by a registry.
    public static func reader<Product>(_ registry: Registry<Product>) -> NamedReader {
        { (name, options, position) throws(SettingError) in
            try registry.read(name, options: options, at: position).options
        }
    }
}

/// A checked `data` section, which only Datasets interprets.
public struct DataSection: Hashable, Sendable {
    /// What each key changes.
    public var keys: SettingKeys
    /// In full form: `set`, `options`, `labels`, `validation`, `augmentation`, `tasks`.
    public var setting: Setting
    /// Each learner has labelled samples of its own.
    public var hasPrivateLabels: Bool
    /// There are unlabelled samples on which the learners teach one another.
    public var hasPool: Bool
    /// There are samples kept from training to choose settings by.
    public var hasValidation: Bool
    /// Training images have a strong view.
    public var hasStrongView: Bool
    /// Samples may be sent to teachers that have no access to them.
    public var maySend: Bool
    /// The views of the samples beside the default view, by name.
    public var views: [String]
    /// The tasks that learners meet one after another; nil where the samples are one task.
    public var tasks: TaskOptions?

    /// A section and the facts by which others decide.
    public init(
        _ setting: Setting, keys: SettingKeys, hasPrivateLabels: Bool, hasPool: Bool,
        hasValidation: Bool = false, hasStrongView: Bool = false, maySend: Bool = true,
        views: [String] = [], tasks: TaskOptions? = nil
    ) {
        self.setting = setting.unplaced
        self.keys = keys
        self.hasPrivateLabels = hasPrivateLabels
        self.hasPool = hasPool
        self.hasValidation = hasValidation
        self.hasStrongView = hasStrongView
        self.maySend = maySend
        self.views = views
        self.tasks = tasks
    }
}

import Options

/// The tasks that learners meet one after another: `tasks:` of a data section.
///
/// Written `tasks: 5`, which draws the classes of five tasks by the run's seed, or with the classes
/// of each: `tasks: {classes: [[0, 1], [2, 3], [4, 5]], setting: class}`. Tasks of the same classes
/// are `tasks: {count: 5, by: permutation}`, or data sets: `tasks: [{set: digits}, {rotate: 45}]`.
public struct TaskOptions: Hashable, Sendable {
    /// What is asked of a learner: *Three scenarios for continual learning* (van de Ven and Tolias
    /// 2019).
    public enum Scenario: String, CaseIterable, Sendable {
        /// One head over the classes of all tasks.
        case classes = "class"
        /// The same outputs in every task: a sample's class is its place in the list of its task.
        case domains = "domain"
        /// The outputs of the sample's task alone are compared.
        case tasks = "task"
    }

    /// The outputs that the labels' loss compares where one head has the classes of all tasks.
    public enum Outputs: String, CaseIterable, Sendable {
        /// Those of every class met so far.
        case seen
        /// Those of the classes of the task alone.
        case new
    }

    /// In what tasks differ whose number alone is given.
    public enum Difference: String, CaseIterable, Sendable {
        /// Each has other classes of one data set.
        case classes
        /// Each has all samples, the pixels in an order of its own; the first as they are.
        case permutation
        /// Each has all samples, turned by an angle of its own: task k of T by one of the k-th
        /// part of 180°.
        case rotation
    }

    /// What names the class of a test sample.
    public enum Classifier: String, CaseIterable, Sendable {
        /// The largest logit.
        case head
        /// The nearest of the normalised means of the classes' exemplars.
        case nearestMean = "nearest-mean"
    }

    /// How many tasks there are.
    public let count: Int
    /// The classes of each, by number or name; nil where they are drawn by the run's seed.
    public let classes: [[String]]?
    /// The data source of each; nil where tasks divide the classes of one.
    public let sources: [TaskSource]?
    /// What is asked of a learner.
    public let scenario: Scenario
    /// The outputs that the labels' loss compares.
    public let outputs: Outputs
    /// Whether all tasks are met together: the upper bound.
    public let isJoint: Bool
    /// The most samples of earlier tasks that a learner keeps, of all classes together.
    public let exemplars: Int
    /// What names the class of a test sample.
    public let classifier: Classifier

    /// Tasks; by default met in turn, by one head, without exemplars.
    public init(
        count: Int, classes: [[String]]? = nil, sources: [TaskSource]? = nil,
        scenario: Scenario = .classes,
        outputs: Outputs = .seen, isJoint: Bool = false, exemplars: Int = 0,
        classifier: Classifier = .head
    ) {
        self.count = count
        self.classes = classes
        self.sources = sources
        self.scenario = scenario
        self.outputs = outputs
        self.isJoint = isJoint
        self.exemplars = exemplars
        self.classifier = classifier
    }

    /// Reads what stands under `tasks` of a data section.
    ///
    /// - Returns: nil where nothing stands there.
    /// - Throws: ``SettingError`` for all that is wrong with it.
    public static func read(_ setting: Setting?) throws(SettingError) -> TaskOptions? {
        guard let setting else { return nil }
        let isList = if case .list = setting.value { true } else { false }
        let shortForm = setting.taskSources != nil ? "sources" : isList ? "classes" : "count"
        return try OptionReader.read(setting, subject: "data: tasks", shortForm: shortForm) {
            (reader) throws(SettingError) in try TaskOptions(options: &reader)
        }
    }

    /// Reads `classes`, `sources` or `count` with `by`, and `setting`, `outputs`, `joint`,
    /// `exemplars` and `classify`.
    public init(options: inout OptionReader) throws(SettingError) {
        let making = try TaskMaking(options: &options)
        (count, classes, sources) = (making.count, making.classes, making.sources)
        scenario = options.choice(
            "setting", default: making.sources == nil ? .classes : .domains,
            help: "what is asked of a learner")
        outputs = options.choice(
            "outputs", default: .seen, help: "that the labels' loss compares, of one head")
        isJoint = options.flag(
            "joint", default: false, help: "all tasks together: the upper bound")
        exemplars = options.value(
            "exemplars", default: 0, in: 0...1_000_000_000, help: "samples of earlier tasks kept")
        classifier = options.choice(
            "classify", default: .head, help: "what names the class of a test sample")
        guard options.isSound else { return }
        if let objection = objection(&options) { options.note(objection) }
    }
}

extension TaskOptions {
    /// What does not go together.
    private func objection(_ options: inout OptionReader) -> SettingError? {
        if outputs == .new, scenario != .classes || isJoint || exemplars > 0 {
            return options.failure(
                "outputs",
                "is 'new', which is for one head of classes whose tasks are met in turn without"
                    + " exemplars; leave it out")
        }
        if isJoint, exemplars > 0 {
            return options.failure(
                "exemplars", "are of earlier tasks, and joint meets all together; leave one out")
        }
        if classifier == .nearestMean, exemplars == 0 || scenario == .domains {
            return options.failure(
                "classify",
                "is 'nearest-mean', which needs exemplars of each class; "
                    + (scenario == .domains
                        ? "take another `setting`" : "add `exemplars`"))
        }
        return nil
    }
}

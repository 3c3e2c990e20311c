import Options

/// The tasks that learners meet one after another: `tasks:` of a data section.
///
/// Written `tasks: 5`, which draws the classes of five tasks by the run's seed, or with the classes
/// of each: `tasks: {classes: [[0, 1], [2, 3], [4, 5]], setting: class}`.
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
        count: Int, classes: [[String]]? = nil, scenario: Scenario = .classes,
        outputs: Outputs = .seen, isJoint: Bool = false, exemplars: Int = 0,
        classifier: Classifier = .head
    ) {
        self.count = count
        self.classes = classes
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
        return try OptionReader.read(setting, subject: "data: tasks", shortForm: "count") {
            (reader) throws(SettingError) in try TaskOptions(options: &reader)
        }
    }

    /// Reads `classes` or `count`, `setting`, `outputs`, `joint`, `exemplars` and `classify`.
    public init(options: inout OptionReader) throws(SettingError) {
        let written = options.optional(
            "count", Int.self, in: 1...1000, help: "tasks, whose classes are drawn by the seed")
        let lists = options.setting("classes", help: "of each task, by number or name")
        let scenario = options.choice(
            "setting", default: Scenario.classes, help: "what is asked of a learner")
        outputs = options.choice(
            "outputs", default: .seen, help: "that the labels' loss compares, of one head")
        isJoint = options.flag(
            "joint", default: false, help: "all tasks together: the upper bound")
        exemplars = options.value(
            "exemplars", default: 0, in: 0...1_000_000_000, help: "samples of earlier tasks kept")
        classifier = options.choice(
            "classify", default: .head, help: "what names the class of a test sample")
        self.scenario = scenario
        var classes: [[String]]?
        if let lists {
            classes = options.attempt("classes") { (_) throws(SettingError) in
                try Self.lists(lists)
            }
        }
        self.classes = classes
        count = classes?.count ?? written ?? 1
        guard options.isSound else { return }
        if let objection = objection(count: written, &options) { options.note(objection) }
    }
}

extension TaskOptions {
    /// What does not go together.
    private func objection(count written: Int?, _ options: inout OptionReader) -> SettingError? {
        if let classes, let written, written != classes.count {
            return options.failure(
                "count", "is \(written), and classes lists \(classes.count) tasks; leave it out")
        }
        if classes == nil, written == nil {
            return options.failure(
                "count", "or classes is needed: how many tasks, or the classes of each")
        }
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

    /// The classes of each task.
    ///
    /// - Throws: ``SettingError`` for all that is no list of classes, and for a class that stands
    ///   twice.
    private static func lists(_ setting: Setting) throws(SettingError) -> [[String]] {
        guard case .list(let tasks) = setting.value, !tasks.isEmpty else {
            throw SettingError(
                "data: tasks: classes is a list with a list of classes for each task, as in"
                    + " [[0, 1], [2, 3]]", at: setting.position)
        }
        var problems = SettingProblems()
        var owners: [String: Int] = [:]
        var found: [[String]] = []
        for (number, task) in tasks.enumerated() {
            let named = problems.attempt(at: task.position) { () throws(SettingError) in
                try names(task, number: number + 1)
            }
            for name in named ?? [] {
                guard let other = owners.updateValue(number + 1, forKey: name) else { continue }
                problems.note(
                    SettingError(
                        "data: tasks: class \(name) stands in task \(other) and in task"
                            + " \(number + 1); leave it out of one", at: task.position))
            }
            found.append(named ?? [])
        }
        try problems.finish()
        return found
    }

    private static func names(_ task: Setting, number: Int) throws(SettingError) -> [String] {
        guard case .list(let items) = task.value, !items.isEmpty else {
            throw SettingError(
                "data: tasks: task \(number) is a list of classes, as in [0, 1]",
                at: task.position)
        }
        return try items.map { (item) throws(SettingError) in
            guard case .scalar(let text, _) = item.value, !text.isEmpty else {
                throw SettingError(
                    "data: tasks: a class of task \(number) is no number or name",
                    at: item.position)
            }
            return text
        }
    }
}

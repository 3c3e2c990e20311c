import CohortGraph
import Foundation
import NeuralNetwork
import Options
import Training

/// One learner: an entry of `learners:`, named by its key.
public struct LearnerOptions: Hashable, Sendable {
    /// Letters, digits, `_` and `-`, at most 32 bytes.
    public var name: String
    /// Its model; nil for an external learner that names none.
    public var model: NamedOptions?
    /// The taps of the logits of its model's early exits, from the shallowest on.
    public var exits: [String]
    /// What it does in the cohort.
    public var role: Role
    /// Another program takes its part, and joins by itself.
    public var isExternal: Bool
    /// How the launcher starts that program, for a shell; nil where others start it.
    public var command: String?
    /// Where its weights come from: a safetensors file, or a run in which a learner of its name was
    /// trained; nil for random ones.
    public var weights: String?
    /// What the names in the file begin with, where it also holds tensors that are not the model's;
    /// nil finds out what all names begin with.
    public var weightsPrefix: String?
    /// A recording, or a run in which one was made, that stands in its place; nil for a live
    /// learner.
    public var source: String?
    /// The weight of the task loss.
    public var task: Double
    /// The weight of the task loss of the samples' strong view.
    public var strongTask: Double
    /// How the weight of the task loss grows: ``Gate/through`` for its full weight at once, or
    /// ``Gate/linear``.
    public var taskGate: Gate
    /// How it lies to those that it teaches, for experiments; nil for an honest learner.
    public var attack: ByzantineBehaviour?
    /// Whether it sees other samples on the common batches than the rest of the cohort, for
    /// experiments.
    public var isMispaired: Bool
    /// How its task loss and its teaching terms become the scalar that it minimises.
    public var objective: NamedOptions
    /// The view of the samples that it sees, by its name in the data; nil for the default view.
    public var view: String?
    /// The order in which it meets the tasks of the data.
    public var taskOrder: TaskOrder
    /// How its layers are quantised, in full form; nil for floats.
    public var quantize: Setting?
    /// How its model is made of another learner's too; nil for a model of its own.
    public var borrowed: BorrowedModel?
    /// Data of its own; nil for the cohort's.
    public var data: DataSection?
    /// Whether it has labelled samples; a learner without any learns from its teachers alone.
    public var isLabelled: Bool
    /// The samples that it writes itself; nil for a learner that takes those of the data alone.
    public var onPolicy: OnPolicySamples?
    /// The cohort's training, with what this learner changes.
    public var training: TrainingOptions
    /// How many nodes share the load of a teacher, each with the same weights.
    public var replicas = 1
    /// The teacher whose load this node shares; nil for a learner of the file.
    public var original: String?

    /// The name that stands in the file.
    public var writtenName: String { original ?? name }

    /// Its node in the teaching graph.
    public var node: Learner {
        Learner(
            name: name, role: role, isExternal: isExternal, isRecorded: source != nil,
            original: original, exits: exits, borrowed: borrowed?.part,
            writesSamples: onPolicy != nil)
    }
    /// Whether its weights change.
    public var learns: Bool { node.learns }
}

extension LearnerOptions {
    /// Makes sure that it classifies samples.
    ///
    /// - Throws: ``SettingError`` for one that makes them.
    func requireClassifier() throws(SettingError) {
        switch role {
        case .generator, .frozenGenerator:
            throw SettingError(
                "learner '\(name)' makes samples, and classifies none; `cohort generate` has it make"
                    + " some")
        case .block:
            throw SettingError(
                "learner '\(name)' is a block, which yields maps and classifies no samples; name"
                    + " another learner")
        case .student, .teacher, .assistant: return
        }
    }

    /// The same with paths that stay what they are when a link, such as a run's `latest`, moves on.
    public var withFixedPaths: LearnerOptions {
        func fixed(_ path: String) -> String {
            URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        }
        var learner = self
        learner.weights = weights.map(fixed)
        learner.source = source.map(fixed)
        return learner
    }

    /// What each key changes. Of `weights` and `source` the contents count, not the place.
    static let keys: SettingKeys = [
        "model": .numbers, "options": .numbers, "role": .numbers, "external": .placement,
        "command": .placement, "weights": .placement, "source": .placement, "task": .numbers,
        "strong-task": .numbers, "task-gate": .numbers,
        "attack": .numbers, "mispaired": .numbers, "replicas": .numbers, "objective": .numbers,
        "view": .numbers,
        "data": .numbers, "labelled": .numbers, "quantize": .numbers,
        "task-order": .numbers, "classifier": .numbers, "assists": .numbers, "on-policy": .numbers,
        "training": TrainingOptions.keys,
    ]

    /// Reads an entry; what cannot be used has its default.
    ///
    /// - Parameter problems: receives what is wrong.
    init(
        _ entry: Setting.Entry, cohort: TrainingOptions, registries: Registries,
        noting problems: inout SettingProblems
    ) {
        name = entry.key
        if let problem = LearnerName.problem(with: name) {
            problems.note(SettingError("learners: \(problem)", at: entry.position))
        }
        var reader = OptionReader(entry.value, subject: "learner '\(name)'", keys: Self.keys)
        let model = reader.optional("model", String.self)
        let modelPosition = entry.value["model"]?.value.position
        let options = reader.setting("options")
        role = reader.choice("role", default: .student)
        isExternal = reader.flag("external", default: false)
        command = reader.optional("command", String.self)
        if command == "" || (command != nil && !isExternal) {
            reader.note(
                reader.failure(
                    "command",
                    "starts the program of an external learner; write external: true beside",
                    with: "external"))
        }
        (weights, weightsPrefix) = reader.group(
            "weights", default: (nil, nil), shortForm: "file"
        ) { (inner) throws(SettingError) in
            let file = inner.optionalPath("file")
            let prefix = inner.optional("prefix", String.self)
            if prefix != nil, file == nil {
                inner.note(
                    inner.failure("file", "is missing; name the file whose names have the prefix"))
            }
            return (file, prefix)
        }
        source = reader.optionalPath("source")
        task = reader.value("task", default: 1, in: 0...1e6)
        strongTask = reader.value(
            "strong-task", default: 0, in: 0...1e6, help: "of the strong view of the samples")
        taskGate = Self.taskGate(&reader)
        attack = Self.attack(&reader)
        isMispaired = reader.flag(
            "mispaired", default: false, help: "see other samples than the cohort, for experiments")
        objective = reader.named("objective", default: "sum", by: registries.objective)
        view = reader.optional("view", String.self)
        replicas = reader.value("replicas", default: 1, in: 1...Round.mostStepsAhead)
        data =
            reader.made("data") { (data) throws(SettingError) in
                guard let data else { return nil }
                return try registries.data(data)
            } ?? nil
        isLabelled = reader.flag("labelled", default: role.classifies)
        if !role.classifies, isLabelled {
            reader.note(
                reader.failure(
                    "labelled", "is true, and a \(role.rawValue) has no labels; leave it out"))
        }
        taskOrder =
            reader.made("task-order") { (setting) throws(SettingError) in
                try setting.map { (written) throws(SettingError) in
                    try TaskOrder(written, of: entry.key)
                } ?? .numbered
            } ?? .numbered
        quantize =
            reader.made("quantize") { (setting) throws(SettingError) in
                try setting.map { (written) throws(SettingError) in
                    try Quantization.reading(written, of: entry.key).fullForm
                }
            } ?? nil
        if quantize != nil, model == nil {
            reader.note(
                reader.failure(
                    "quantize",
                    "quantises the layers of a model, and the learner names none; an external"
                        + " learner quantises its own"))
        }
        borrowed = BorrowedModel.reading(&reader, registries)
        onPolicy = OnPolicySamples.reading(&reader)
        let registry = role.makesSamples ? registries.generator : registries.model
        self.model =
            reader.attempt("options") { (_) throws(SettingError) in
                guard let model else { return nil }
                return NamedOptions(
                    name: model, options: try registry(model, options, modelPosition))
            } ?? nil
        exits = role.classifies ? self.model.flatMap { try? registries.exits($0) } ?? [] : []
        if model == nil, !isExternal || options != nil {
            reader.note(
                reader.failure(
                    "model", "is missing; name one, as in `\(name): {model: mlp}`", with: "external"
                ))
        }
        let own = reader.setting("training")
        problems.attempt { () throws(SettingError) in try reader.finish() }
        training =
            if let own, !own.value.isEmpty {
                TrainingOptions(
                    own: own, of: name, over: cohort, registries: registries, noting: &problems)
            } else {
                cohort
            }
    }

    /// `weights` as it is written.
    private var weightsSetting: Setting? {
        guard let weightsPrefix else { return weights.map(Setting.scalar) }
        return .map(["file": weights.map(Setting.scalar), "prefix": .scalar(weightsPrefix)])
    }

    private static func taskGate(_ reader: inout OptionReader) -> Gate {
        let gate = reader.choice(
            "task-gate", default: Gate.through, help: "how the weight of the task grows")
        guard gate != .through, gate != .linear else { return gate }
        reader.note(
            reader.failure(
                "task-gate",
                gate == .cutoff
                    ? "is cutoff: write task: 0"
                    : "is '\(gate.rawValue)', which judges a teacher; use through or linear"))
        return .through
    }

    private static func attack(_ reader: inout OptionReader) -> ByzantineBehaviour? {
        guard let name = reader.optional("attack", String.self) else { return nil }
        let attack = ByzantineBehaviour(rawValue: name)
        if attack == nil {
            let known = ByzantineBehaviour.allCases.map(\.rawValue).joined(separator: ", ")
            reader.note(reader.failure("attack", "is one of \(known), for experiments"))
        }
        return attack
    }

    /// What stands below its name, in full form.
    func setting(in cohort: TrainingOptions) -> Setting {
        .map([
            "model": model.map { .scalar($0.name) }, "options": model?.options,
            "role": .scalar(role.rawValue), "external": .scalar(isExternal),
            "command": command.map(Setting.scalar),
            "weights": weightsSetting, "source": source.map(Setting.scalar),
            "task": .scalar(task), "strong-task": strongTask > 0 ? .scalar(strongTask) : nil,
            "task-gate": taskGate == .through ? nil : .scalar(taskGate.rawValue),
            "attack": attack.map { .scalar($0.rawValue) },
            "mispaired": isMispaired ? .scalar(true) : nil,
            "replicas": role == .teacher ? .scalar(replicas) : nil,
            "objective": objective.shortSetting, "view": view.map(Setting.scalar),
            "data": data?.setting,
            "labelled": isLabelled || !role.classifies ? nil : .scalar(false),
            "quantize": quantize, "task-order": taskOrder.setting,
            borrowed?.key ?? "classifier": borrowed?.setting,
            "on-policy": onPolicy?.setting,
            "training": training.own(in: cohort),
        ])
    }
}

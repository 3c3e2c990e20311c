import CohortGraph
import Foundation
import Options
import Training

/// One learner: an entry of `learners:`, named by its key.
public struct LearnerOptions: Hashable, Sendable {
    /// Letters, digits, `_` and `-`, at most 32 bytes.
    public var name: String
    /// Its model; nil for an external learner that names none.
    public var model: NamedOptions?
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
    /// How it lies to those that it teaches, for experiments; nil for an honest learner.
    public var attack: ByzantineBehaviour?
    /// How its task loss and its teaching terms become the scalar that it minimises.
    public var objective: NamedOptions
    /// The view of the samples that it sees, by its name in the data; nil for the default view.
    public var view: String?
    /// Data of its own; nil for the cohort's.
    public var data: DataSection?
    /// The cohort's training, with what this learner changes.
    public var training: TrainingOptions

    /// Its node in the teaching graph.
    public var node: Learner {
        Learner(name: name, role: role, isExternal: isExternal, isRecorded: source != nil)
    }
    /// Whether its weights change.
    public var learns: Bool { node.learns }
}

extension LearnerOptions {
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

    init(
        _ entry: Setting.Entry, cohort: TrainingOptions, registries: Registries
    ) throws(SettingError) {
        name = entry.key
        if let problem = LearnerName.problem(with: name) {
            throw SettingError("learners: \(problem)", at: entry.position)
        }
        var reader = try OptionReader(entry.value, subject: "learner '\(name)'")
        let model = try reader.optional("model", String.self)
        let modelPosition = entry.value["model"]?.value.position
        let options = reader.setting("options")
        role = try reader.choice("role", default: .student)
        isExternal = try reader.flag("external", default: false)
        command = try reader.optional("command", String.self)
        guard command == nil || isExternal, command != "" else {
            throw reader.failure(
                "command", "starts the program of an external learner; write external: true beside")
        }
        var weights = try OptionReader(
            reader.setting("weights"), subject: "learner '\(name)': weights", shortForm: "file")
        self.weights = try weights.optional("file", String.self)
        weightsPrefix = try weights.optional("prefix", String.self)
        guard weightsPrefix == nil || self.weights != nil else {
            throw weights.failure("file", "is missing; name the file whose names have the prefix")
        }
        try weights.finish()
        source = try reader.optional("source", String.self)
        task = try reader.value("task", default: 1, in: 0...1e6)
        attack = try reader.optional("attack", String.self).map { (name) throws(SettingError) in
            guard let attack = ByzantineBehaviour(rawValue: name) else {
                let known = ByzantineBehaviour.allCases.map(\.rawValue).joined(separator: ", ")
                throw reader.failure("attack", "is one of \(known), for experiments")
            }
            return attack
        }
        objective = try reader.named("objective", default: "sum", by: registries.objective)
        view = try reader.optional("view", String.self)
        let data = reader.setting("data")
        let training = reader.setting("training")
        try reader.finish()

        guard model != nil || (isExternal && options == nil) else {
            throw SettingError(
                "learner '\(name)' has no model; name one, as in `\(name): {model: mlp}`",
                at: entry.position)
        }
        if let model {
            self.model = NamedOptions(
                name: model, options: try registries.model(model, options, modelPosition))
        }
        if let data { self.data = try registries.data(data) }
        self.training =
            if let training, training.value != .none {
                try TrainingOptions(own: training, of: name, over: cohort, registries: registries)
            } else {
                cohort
            }
    }

    /// `weights` as it is written.
    private var weightsSetting: Setting? {
        guard let weightsPrefix else { return weights.map(Setting.scalar) }
        return .map(["file": weights.map(Setting.scalar), "prefix": .scalar(weightsPrefix)])
    }

    /// What stands below its name, in full form.
    func setting(in cohort: TrainingOptions) -> Setting {
        .map([
            "model": model.map { .scalar($0.name) }, "options": model?.options,
            "role": .scalar(role.rawValue), "external": .scalar(isExternal),
            "command": command.map(Setting.scalar),
            "weights": weightsSetting, "source": source.map(Setting.scalar),
            "task": .scalar(task), "attack": attack.map { .scalar($0.rawValue) },
            "objective": objective.shortSetting, "view": view.map(Setting.scalar),
            "data": data?.setting,
            "training": training.own(in: cohort),
        ])
    }
}

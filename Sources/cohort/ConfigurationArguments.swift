import ArgumentParser
import Experiment

/// The configuration that most commands begin with.
struct ConfigurationArguments: ParsableArguments {
    @Argument(
        help: "The configuration, a YAML file; - for standard input.",
        completion: .file(extensions: ["yaml"]))
    var configuration: String

    @Argument(
        help: "What to change of it, such as training.steps=200 or learners.a.model=lenet.",
        completion: .settings)
    var overrides: [String] = []

    func load() throws -> ExperimentConfiguration {
        try .load(configuration, overrides: overrides, registries: .all)
    }
}

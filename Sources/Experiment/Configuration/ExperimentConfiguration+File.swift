import CohortGraph
import Options

extension ExperimentConfiguration {
    /// Reads a file, and what the command line changes of it.
    ///
    /// - Parameters:
    ///   - path: a file, a pipe, or `-` for standard input.
    ///   - overrides: settings as `training.steps=200`, in order; see ``Override``.
    ///   - registries: the readers of the settings that other modules define.
    /// - Throws: ``ConfigurationError`` with the exit code of what is wrong.
    public static func load(
        _ path: String, overrides: [String] = [], registries: Registries
    ) throws(ConfigurationError) -> ExperimentConfiguration {
        try ConfigurationText(path).configuration(overrides: overrides, registries: registries)
    }

    /// As ``load(_:overrides:registries:)``, from the text of a file.
    ///
    /// - Parameter name: the title where the text gives none.
    public init(
        text: String, file: String, name: String, overrides: [String] = [], registries: Registries
    ) throws(SettingError) {
        var problems = SettingProblems()
        let root = SourcePosition(file: file, line: 1)
        var (setting, error) = YAML.reading(of: text) { SourcePosition(file: file, line: $0) }
        if let error {
            // What cannot be read at all has no settings to judge.
            guard !setting.value.isEmpty else { throw error }
            problems.note(error)
        } else if setting.value.isEmpty, overrides.isEmpty {
            throw SettingError(
                "the configuration is empty; write at least `training` and `learners`", at: root)
        }
        for override in overrides {
            let changed = problems.attempt { [setting] () throws(SettingError) in
                try Override(override).applied(to: setting, shortForm: Self.shortForm)
            }
            setting = changed ?? setting
        }
        let read = problems.attempt { [setting] () throws(SettingError) in
            try ExperimentConfiguration(setting, name: name, registries: registries)
        }
        do throws(SettingError) {
            try problems.finish()
        } catch {
            // Sections that are missing have no place.
            throw error.placed(at: root)
        }
        guard let read else { preconditionFailure("what cannot be read has a mistake") }
        self = read
    }

    /// The key that a value alone sets, at the paths where one may stand for a map.
    static func shortForm(_ path: [String]) -> String? {
        if path[0] == "teaching", ["loss", "combine", "codec", "schedule"].contains(path.last) {
            return "kind"
        }
        return mapForm(path)
    }

    private static func mapForm(_ path: [String]) -> String? {
        switch path.suffix(2) {
        case ["training", "optimizer"], ["training", "schedule"]: "kind"
        case ["data", "labels"]: "each"
        default:
            path.count == 3 && path[0] == "teaching"
                ? Presets.registry(.unchecked)[path[2]]?.shortForm : nil
        }
    }
}

import CohortGraph
import Foundation
import Options

extension ExperimentConfiguration {
    /// Reads a file, and what the command line changes of it.
    ///
    /// - Parameters:
    ///   - overrides: settings as `training.steps=200`, in order; see ``Override``.
    ///   - registries: the readers of the settings that other modules define.
    /// - Throws: ``ConfigurationError`` with the exit code of what is wrong.
    public static func load(
        _ path: String, overrides: [String] = [], registries: Registries
    ) throws(ConfigurationError) -> ExperimentConfiguration {
        let text = try contents(of: path)
        let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        do {
            return try ExperimentConfiguration(
                text: text, file: path, name: stem, overrides: overrides, registries: registries)
        } catch {
            throw ConfigurationError(error)
        }
    }

    /// As ``load(_:overrides:registries:)``, from the text of a file.
    public init(
        text: String, file: String, name: String, overrides: [String] = [], registries: Registries
    ) throws(SettingError) {
        var setting = try YAML.settings(of: text) { SourcePosition(file: file, line: $0) }
        for override in overrides {
            setting = try Override(override).applied(to: setting, shortForm: Self.shortForm)
        }
        try self.init(setting, name: name, registries: registries)
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

    private static func contents(of path: String) throws(ConfigurationError) -> String {
        guard FileManager.default.fileExists(atPath: path) else {
            throw ConfigurationError(unreadable: "\(path): there is no such file")
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ConfigurationError(unreadable: "\(path): the file cannot be read")
        }
        guard let text = String(data: data, encoding: .utf8) else {
            throw ConfigurationError(SettingError("\(path): the file is not UTF-8 text"))
        }
        return text
    }
}

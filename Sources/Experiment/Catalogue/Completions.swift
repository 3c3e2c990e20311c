import Foundation
import Options
import Reporting

/// What a shell offers for a word of a command line, beside files.
public enum Completions {
    /// The names of a kind in the registries.
    public static func names(of kind: Catalogue.Kind) -> [String] { Catalogue(kind).names }

    /// The names of the kind that is the last of these words.
    public static func names(after words: some Sequence<String>) -> [String] {
        guard let word = Array(words).last, let kind = Catalogue.Kind(rawValue: word) else {
            return []
        }
        return names(of: kind)
    }

    /// The settings that may be changed of the configuration that a command line names, each with
    /// its `=`.
    public static func settings(in words: [String]) -> [String] {
        let learners = learners(in: words)
        return ExperimentConfiguration.keys.listing.flatMap { path, _ in
            path.contains(".NAME.")
                ? learners.map { path.replacing(".NAME.", with: ".\($0).") } : [path]
        }.map { $0 + "=" }
    }

    /// The learners of the configuration that a command line names.
    public static func learners(in words: [String]) -> [String] {
        let files = words.filter { $0.hasSuffix(".yaml") }
        let configuration = files.lazy.compactMap {
            try? ExperimentConfiguration.load($0, registries: .all)
        }.first
        return configuration?.learners.map(\.name) ?? []
    }

    /// The run directories, or their learners, that a path may go on to: folders below it, each
    /// with the `/` that leads further; a run directory ends it, or goes on to its learners.
    ///
    /// - Parameters:
    ///   - prefix: what is written of the path.
    ///   - withLearners: whether a learner of the run ends it.
    public static func runs(_ prefix: String, withLearners: Bool) -> [String] {
        let slash = prefix.lastIndex(of: "/")
        let written = slash.map { String(prefix[...$0]) } ?? ""
        let folder = written.isEmpty ? "." : written
        if isRun(folder) {
            return withLearners ? folders(in: folder + "/learners").map { written + $0 } : []
        }
        return folders(in: folder).map { name in
            written + name + (!withLearners && isRun(folder + "/" + name) ? "" : "/")
        }
    }

    private static func isRun(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: RunDirectory(path: folder).configuration)
    }

    private static func folders(in folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter { name in
            let inside = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(name)")
            return !name.hasPrefix(".") && inside != nil
        }
    }
}

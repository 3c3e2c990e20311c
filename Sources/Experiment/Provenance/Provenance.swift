import Bytes
import Foundation
import Options
import Reporting

/// What the numbers of a run follow from: the settings that change them, and the contents of the
/// files that are read, wherever these lie. Written as `provenance.json`.
public struct Provenance: Codable, Hashable, Sendable {
    /// The settings that change numbers, by their paths.
    public var settings: [String: String]
    /// By what it is, `data: labels`, the SHA-256 of what was read, or the values themselves.
    public var contents: [String: String]

    /// What is known of both.
    package init(settings: [String: String], contents: [String: String]) {
        (self.settings, self.contents) = (settings, contents)
    }

    /// What a run of a configuration follows from.
    public init(of configuration: ExperimentConfiguration, contents: [String: String]) {
        settings = configuration.agreedValues
        self.contents = contents
    }

    /// What differs from what was before. Contents are named where no setting explains them.
    ///
    /// - Parameter old: what was before; only those of its contents count that are known now too.
    public func differences(from old: Provenance) -> [SettingDifference] {
        let settings = settingDifferences(from: old)
        return settings.isEmpty ? contentDifferences(from: old) : settings
    }

    /// Whether all that differs from what was before is that learners train for longer.
    public func isLonger(than old: Provenance) -> Bool {
        let settings = settingDifferences(from: old)
        return !settings.isEmpty && settings.allSatisfy(\.isLonger)
            && contentDifferences(from: old).isEmpty
    }

    private func settingDifferences(from old: Provenance) -> [SettingDifference] {
        SettingDifference.all(before: old.settings, now: settings)
            .gathered(before: old.settings, now: settings)
    }

    private func contentDifferences(from old: Provenance) -> [SettingDifference] {
        SettingDifference.all(
            before: old.contents.filter { contents[$0.key] != nil },
            now: contents.filter { old.contents[$0.key] != nil })
    }

    /// The same with contents that are not known here and were before.
    public func keeping(contentsOf old: Provenance?) -> Provenance {
        var whole = self
        whole.contents.merge(old?.contents ?? [:]) { own, _ in own }
        return whole
    }
}

extension Provenance {
    /// Reads the file; nil where there is none.
    ///
    /// - Throws: ``DiskError`` (65) where it is something else.
    public static func read(from path: String) throws(DiskError) -> Provenance? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data = try Files.read(path)
        do { return try JSONDecoder().decode(Provenance.self, from: data) } catch {
            throw DiskError(
                "read", path, "it holds no settings and contents: \(error)", exitCode: .corruptData)
        }
    }

    /// Writes the file whole or not at all.
    ///
    /// - Throws: ``DiskError``.
    public func write(to path: String) throws(DiskError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            preconditionFailure("texts always have a JSON form")
        }
        try Files.replace(path, with: data + Data("\n".utf8))
    }
}

extension SettingDifference {
    /// Whether it is how long learners train, and now longer.
    fileprivate var isLonger: Bool {
        guard let key = name.split(separator: ".").last.map(String.init),
            TrainingOptions.lengths.contains(key), let before = before.flatMap({ Int($0) }),
            let now = now.flatMap({ Int($0) })
        else { return false }
        return now > before
    }
}

extension [SettingDifference] {
    /// The same with one line for what all learners train with, as people write it:
    /// `training.steps` in place of `learners.a.training.steps` and `learners.b.training.steps`.
    fileprivate func gathered(
        before: [String: String], now: [String: String]
    ) -> [SettingDifference] {
        var kept: [SettingDifference] = []
        var alike: [SettingDifference: Int] = [:]
        for difference in self {
            guard let key = difference.name.sharedTrainingKey else {
                kept.append(difference)
                continue
            }
            let shared = SettingDifference(key, before: difference.before, now: difference.now)
            alike[shared, default: 0] += 1
        }
        func learners(with key: String) -> Int {
            Set(before.keys).union(now.keys).count { $0.sharedTrainingKey == key }
        }
        let shared = alike.filter { $0.value == learners(with: $0.key.name) }.keys
        let own = filter { difference in
            guard let key = difference.name.sharedTrainingKey else { return false }
            return !shared.contains(
                SettingDifference(key, before: difference.before, now: difference.now))
        }
        return (kept + own + shared).sorted { $0.name < $1.name }
    }
}

extension String {
    /// `training.steps` of `learners.a.training.steps`; nil of other paths.
    fileprivate var sharedTrainingKey: String? {
        wholeMatch(of: /learners\.[^.]+\.(training\..+)/).map { String($0.1) }
    }
}

extension RunDirectory {
    /// What the run's numbers follow from: see ``Provenance``.
    public var provenance: String { "\(path)/provenance.json" }
}

extension LearnerDirectory {
    /// What the learner's numbers follow from: see ``Provenance``.
    public var provenance: String { "\(path)/provenance.json" }
}

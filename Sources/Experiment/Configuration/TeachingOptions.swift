import CohortGraph
import Options

/// One scheme of teaching: an entry of `teaching:`, and the edges that it stands for.
public struct TeachingOptions: Hashable, Sendable {
    /// A name in the registry of presets, with its options.
    public var preset: NamedOptions
    /// The edges that the preset stands for.
    public var groups: [EdgeGroup]
}

extension TeachingOptions {
    /// Reads `PRESET: {…}`, or a preset's short form.
    ///
    /// - Parameter learners: nil where they are not known, so that only the options are checked.
    init(
        _ setting: Setting, among learners: [Learner]?, registries: EdgeRegistries
    ) throws(SettingError) {
        guard case .map(let entries) = setting.value, let entry = entries.first,
            entries.count == 1
        else {
            throw SettingError(
                "teaching: each item is one preset with its options, as in `- mutual: [a, b]`",
                at: setting.position)
        }
        let reading = Presets.registry(registries).reading(
            entry.key, options: entry.value, at: entry.position)
        var problems = reading.problems
        let groups = problems.attempt(at: entry.position) { () throws(SettingError) in
            guard let preset = reading.product, let learners else { return [EdgeGroup]() }
            return try preset.groups(among: learners)
        }
        do throws(SettingError) {
            try problems.finish()
        } catch {
            throw error.placed(at: entry.position)
        }
        preset = NamedOptions(name: entry.key, options: reading.options)
        self.groups = groups ?? []
    }

    /// In full form.
    var setting: Setting {
        Setting(
            unwritten: .map([
                Setting.Entry(key: preset.name, position: .unwritten, value: preset.options)
            ]))
    }
}

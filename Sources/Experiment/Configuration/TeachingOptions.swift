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
    init(
        _ setting: Setting, among learners: [Learner], registries: EdgeRegistries
    ) throws(SettingError) {
        guard case .map(let entries) = setting.value, let entry = entries.first,
            entries.count == 1
        else {
            throw SettingError(
                "teaching: each item is one preset with its options, as in `- mutual: [a, b]`",
                at: setting.position)
        }
        do throws(SettingError) {
            let (preset, options) = try Presets.registry(registries).read(
                entry.key, options: entry.value, at: entry.position)
            self.preset = NamedOptions(name: entry.key, options: options)
            groups = try preset.groups(among: learners)
        } catch {
            throw SettingError(error.message, at: error.position ?? entry.position)
        }
    }

    /// In full form.
    var setting: Setting {
        Setting(
            unwritten: .map([
                Setting.Entry(key: preset.name, position: .unwritten, value: preset.options)
            ]))
    }
}

import Options

/// What of a data section's own set is used where tasks are data sources.
struct SectionUses {
    /// Why `set` and `options` have no effect, for a sentence about them; nil where they have one.
    let objection: String?

    /// - Parameter tasks: as they are written; nil where they are not.
    init(by tasks: Setting?) {
        let sources = tasks?.taskSources ?? []
        let sets = sources.map { $0["set"]?.value.text }
        let isNamedByAll = !sources.isEmpty && !sets.contains(nil)
        objection =
            isNamedByAll ? "where each source of `tasks` names its own; leave it out" : nil
    }
}

extension Setting {
    /// What a scalar says; nil for what is none.
    fileprivate var text: String? {
        if case .scalar(let text, _) = value { text } else { nil }
    }

    /// The sources in the setting of tasks, as they are written; nil where there are none.
    var taskSources: [Setting]? {
        let written = self["sources"]?.value ?? self
        guard case .list(let items) = written.value else { return nil }
        return items.contains { if case .list = $0.value { true } else { false } } ? nil : items
    }
}

extension TaskOptions {
    /// What each key changes, in the form in which they were written.
    func keys(as written: Setting?) -> SettingKeys {
        guard let written, let sources else { return .numbers }
        let items = SettingKeys.items(sources.map(\.keys))
        guard case .map(let entries) = written.value else {
            return written.taskSources == nil ? .numbers : items
        }
        return .map(
            Dictionary(
                entries.map { ($0.key, $0.key == "sources" ? items : .numbers) },
                uniquingKeysWith: { first, _ in first }))
    }

    /// Why tasks cannot be met with an augmentation, or by the numbers of the data section's
    /// options; nil where they can.
    ///
    /// - Parameter own: the data section's options.
    func objection(to augmentation: Augmentation, _ own: Setting?) -> String? {
        guard let sources, let first = sources.first else { return nil }
        if augmentation != .none, sources.contains(where: { $0.change == .permuted }) {
            return "permute pixels, which crops and flips of images would mix; leave `augmentation`"
                + " out, or rotate images"
        }
        let normalizes = own?["mean"] != nil || own?["deviation"] != nil
        let isIgnored = sources.contains { source in
            let isFirst = source.set == first.set && source.options == first.options
            return !isFirst && (source.set == nil ? normalizes : source.normalizes)
        }
        return isIgnored
            ? "are all normalized by the numbers of the first source, so that `mean` and"
                + " `deviation` of another one have no effect; leave them out" : nil
    }
}

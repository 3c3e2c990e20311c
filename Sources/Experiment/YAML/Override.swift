import Options

/// One setting of the command line, `training.steps=200`: a path, then its value in YAML.
///
/// The path's parts are keys of maps and indices of lists, from 0; the index after the last
/// appends. What is not there is created. `null` has the default hold, whatever the file sets or a
/// learner inherits; no value takes away what the file has at the path. A short form on the way is
/// written out: `training.schedule.floor=0.1` works on `schedule: cosine`.
public struct Override: Hashable, Sendable {
    /// The keys from the top level down.
    public let path: [String]
    /// What the last key is set to.
    public let value: Setting

    /// - Throws: ``SettingError`` where the text has no `=`, an empty part, or a value that is not
    ///   YAML.
    public init(_ text: String) throws(SettingError) {
        let position = SourcePosition(file: "\(text) on the command line", line: 0)
        guard let equals = text.firstIndex(of: "=") else {
            throw SettingError("write a setting as path.to.key=value", at: position)
        }
        path = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
            .map(String.init)
        guard !path.contains("") else {
            throw SettingError("a part of the path is empty", at: position)
        }
        value = try YAML.settings(of: String(text[text.index(after: equals)...])) { _ in position }
    }

    /// The settings with this one changed.
    ///
    /// - Parameter shortForm: the key that a value alone sets at a path, where it may be so
    ///   written.
    /// - Throws: ``SettingError`` where the path leads through a value, or past the end of a list.
    public func applied(
        to setting: Setting, shortForm: (_ path: [String]) -> String? = { _ in nil }
    ) throws(SettingError) -> Setting {
        try change(setting, below: [], shortForm) ?? Setting(.map([]), at: value.position)
    }

    /// What becomes of the setting at `done`; nil if it goes away.
    private func change(
        _ setting: Setting?, below done: [String], _ shortForm: ([String]) -> String?
    ) throws(SettingError) -> Setting? {
        guard done.count < path.count else { return value.value == .none ? nil : value }
        let part = path[done.count]
        let old = setting ?? Setting(.none, at: value.position)
        switch old.value {
        case .list(let items) where Int(part) != nil:
            return Setting(
                .list(try change(items, at: part, below: done, shortForm)), at: old.position)
        case .map(let entries):
            return Setting(
                .map(try change(entries, at: part, below: done, shortForm)), at: old.position)
        case .none, .null:
            return Setting(.map(try change([], at: part, below: done, shortForm)), at: old.position)
        default:
            guard let key = shortForm(done) else { throw notAMap(old, at: done) }
            let entries = [Setting.Entry(key: key, position: old.position, value: old)]
            return Setting(
                .map(try change(entries, at: part, below: done, shortForm)), at: old.position)
        }
    }

    private func change(
        _ entries: [Setting.Entry], at key: String, below done: [String],
        _ shortForm: ([String]) -> String?
    ) throws(SettingError) -> [Setting.Entry] {
        var entries = entries
        let index = entries.firstIndex { $0.key == key }
        let old = index.map { entries[$0].value }
        let new = try change(old, below: done + [key], shortForm)
        switch (index, new) {
        case (let index?, let new?):
            entries[index].value = new
            if done.count + 1 == path.count { entries[index].position = value.position }
        case (let index?, nil): entries.remove(at: index)
        case (nil, let new?):
            entries.append(Setting.Entry(key: key, position: value.position, value: new))
        case (nil, nil):
            let hint = nearest(to: key, among: entries.map(\.key))
            throw SettingError("there is no '\(key)' to take away: \(hint)", at: value.position)
        }
        return entries
    }

    private func change(
        _ items: [Setting], at part: String, below done: [String],
        _ shortForm: ([String]) -> String?
    ) throws(SettingError) -> [Setting] {
        guard let index = Int(part), (0...items.count).contains(index) else {
            throw SettingError(
                "\(done.joined(separator: ".")) has no item \(part); its \(items.count) are counted"
                    + " from 0",
                at: value.position)
        }
        let old = index < items.count ? items[index] : nil
        // A place of a list goes with its value.
        let changed = try change(old, below: done + [part], shortForm)
        let new = changed?.value == .null ? nil : changed
        let after = items.dropFirst(index + 1)
        return Array(items.prefix(index)) + (new.map { [$0] } ?? []) + after
    }

    private func notAMap(_ setting: Setting, at done: [String]) -> SettingError {
        let place = done.joined(separator: ".")
        let what =
            switch setting.value {
            case .list: "a list, whose items are counted from 0"
            case .scalar(let text, _): "'\(text)'"
            case .map: "a map"
            }
        return SettingError(
            "\(place.isEmpty ? "the configuration" : place) is \(what), not a map (\(setting.position))",
            at: value.position)
    }
}

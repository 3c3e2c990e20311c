import Options
import Yams

/// The strict subset of YAML 1.1 that configuration is written in.
///
/// Refused: a key twice in one map, tags, merge keys, keys that are not plain text, more than one
/// document, and more than `depthLimit` levels or `sizeLimit` values. Aliases stand for what
/// their anchor names, at the place where that was written.
public enum YAML {
    /// Levels of maps and lists.
    static let depthLimit = 32
    /// Values, counting those of an alias each time.
    static let sizeLimit = 100_000

    /// The settings of one document; an empty one is no value.
    ///
    /// - Parameter place: the position of a line, for errors.
    /// - Throws: ``SettingError`` for all that is not allowed, each at its line.
    public static func settings(
        of text: String, place: (_ line: Int) -> SourcePosition
    ) throws(SettingError) -> Setting {
        var problems = SettingProblems()
        let (setting, error) = reading(of: text, place: place)
        if let error { problems.note(error) }
        try problems.finish()
        return setting
    }

    /// As ``settings(of:place:)``, with what can be read of a text that has mistakes.
    static func reading(
        of text: String, place: (_ line: Int) -> SourcePosition
    ) -> (setting: Setting, error: SettingError?) {
        withoutActuallyEscaping(place) { place in
            var document = DocumentText(text, place: place)
            var problems = SettingProblems()
            let node = problems.attempt { () throws(SettingError) in try document.compose() }
            for error in document.repeated { problems.note(error) }
            guard let root = node ?? nil else {
                return (Setting(.none, at: place(1)), SettingError(all: problems))
            }
            var converter = NodeConverter(place: place, problems: problems)
            let setting = converter.setting(root, depth: 0)
            return (setting, SettingError(all: converter.problems))
        }
    }
}

extension SettingError {
    /// The collected mistakes as one error; nil for none.
    fileprivate init?(all problems: SettingProblems) {
        guard !problems.isEmpty else { return nil }
        self.init(problems.all)
    }
}

/// Turns the nodes of Yams into settings. What is refused becomes no value.
private struct NodeConverter {
    let place: (Int) -> SourcePosition
    var problems: SettingProblems
    private var count = 0

    init(place: @escaping (Int) -> SourcePosition, problems: SettingProblems) {
        self.place = place
        self.problems = problems
    }

    mutating func setting(_ node: Node, depth: Int) -> Setting {
        let position = position(of: node)
        count += 1
        guard count <= YAML.sizeLimit, depth <= YAML.depthLimit else {
            let limit =
                count > YAML.sizeLimit
                ? "\(YAML.sizeLimit) values" : "\(YAML.depthLimit) levels"
            return refuse("a configuration has at most \(limit)", at: position)
        }
        switch node {
        case .scalar(let scalar):
            return value(of: scalar, at: position)
        case .sequence(let sequence):
            guard isUntagged(sequence.tag, at: position) else { break }
            var items: [Setting] = []
            for item in sequence where count <= YAML.sizeLimit {
                items.append(setting(item, depth: depth + 1))
            }
            return Setting(.list(items), at: position)
        case .mapping(let mapping):
            guard isUntagged(mapping.tag, at: position) else { break }
            var entries: [Setting.Entry] = []
            for (key, value) in mapping where count <= YAML.sizeLimit {
                if let entry = entry(key, value, depth: depth + 1) { entries.append(entry) }
            }
            return Setting(.map(entries), at: position)
        case .alias:
            return refuse("an alias has nothing to stand for", at: position)
        }
        return Setting(.null, at: position)
    }

    /// Nil for a key that is refused.
    private mutating func entry(_ key: Node, _ value: Node, depth: Int) -> Setting.Entry? {
        let position = position(of: key)
        guard let name = key.scalar else {
            _ = refuse("a key is text, not a map or a list", at: position)
            return nil
        }
        guard name.string != "<<" || name.style != .plain else {
            _ = refuse("merge keys ('<<') are not supported; write the keys out", at: position)
            return nil
        }
        guard !DocumentText.isRepeated(name.string) else { return nil }
        return Setting.Entry(
            key: name.string, position: position, value: setting(value, depth: depth))
    }

    private mutating func value(of scalar: Node.Scalar, at position: SourcePosition) -> Setting {
        let isQuoted = scalar.style != .plain
        if !isQuoted || scalar.tag.description != Tag.Name.str.rawValue {
            guard isUntagged(scalar.tag, at: position) else {
                return Setting(.null, at: position)
            }
        }
        if !isQuoted, ["~", "null", "Null", "NULL"].contains(scalar.string) {
            return Setting(.null, at: position)
        }
        return Setting(.scalar(scalar.string, isQuoted: isQuoted), at: position)
    }

    /// Refuses a tag that was written: those that were not have no name yet.
    private mutating func isUntagged(_ tag: Tag, at position: SourcePosition) -> Bool {
        let name = tag.description
        guard name.isEmpty else {
            _ = refuse("tags ('\(name)') are not supported; leave it out", at: position)
            return false
        }
        return true
    }

    private mutating func refuse(_ message: String, at position: SourcePosition) -> Setting {
        problems.note(SettingError(message, at: position))
        return Setting(.null, at: position)
    }

    private func position(of node: Node) -> SourcePosition {
        place(node.mark?.line ?? 1)
    }
}

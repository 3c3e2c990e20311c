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
    /// - Throws: ``SettingError`` at the line of the first thing that is not allowed.
    public static func settings(
        of text: String, place: (_ line: Int) -> SourcePosition
    ) throws(SettingError) -> Setting {
        let node: Node?
        do {
            // The encoding by default would depend on an environment variable.
            node = try Yams.compose(yaml: text, .default, .default, .utf8)
        } catch let error as YamlError {
            throw error.setting(place)
        } catch {
            throw SettingError("not YAML: \(error)", at: place(1))
        }
        guard let node else { return Setting(.none, at: place(1)) }
        return try withoutActuallyEscaping(place) { place throws(SettingError) in
            var converter = NodeConverter(place: place)
            return try converter.setting(node, depth: 0)
        }
    }
}

extension YamlError {
    /// What is wrong, at its line.
    fileprivate func setting(_ place: (Int) -> SourcePosition) -> SettingError {
        switch self {
        case .scanner(let context, let problem, let mark, _),
            .parser(let context, let problem, let mark, _):
            let what = context.map { "\(problem) \($0.text)" } ?? problem
            return SettingError("not YAML: \(what)", at: place(mark.line))
        case .composer(let context, let problem, let mark, _):
            let what = context.map { "\($0.text), \(problem)" } ?? problem
            return SettingError("not YAML: \(what)", at: place(mark.line))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let key = duplicates.first ?? ""
            return SettingError(
                "'\(key)' is set here and again further down; keep one of them",
                at: place(context.mark.line))
        case .reader(let problem, let offset, _, let yaml):
            let before = yaml.utf8.prefix(offset ?? 0)
            let line = before.count { $0 == UInt8(ascii: "\n") } + 1
            return SettingError("not YAML: \(problem)", at: place(line))
        default:
            return SettingError("not YAML: \(self)", at: place(1))
        }
    }
}

/// Turns the nodes of Yams into settings.
private struct NodeConverter {
    let place: (Int) -> SourcePosition
    var count = 0

    init(place: @escaping (Int) -> SourcePosition) {
        self.place = place
    }

    mutating func setting(_ node: Node, depth: Int) throws(SettingError) -> Setting {
        let position = position(of: node)
        count += 1
        guard count <= YAML.sizeLimit, depth <= YAML.depthLimit else {
            let limit =
                count > YAML.sizeLimit
                ? "\(YAML.sizeLimit) values" : "\(YAML.depthLimit) levels"
            throw SettingError("a configuration has at most \(limit)", at: position)
        }
        switch node {
        case .scalar(let scalar):
            return Setting(try value(of: scalar, at: position), at: position)
        case .sequence(let sequence):
            try refuse(sequence.tag, at: position)
            var items: [Setting] = []
            for item in sequence {
                items.append(try setting(item, depth: depth + 1))
            }
            return Setting(.list(items), at: position)
        case .mapping(let mapping):
            try refuse(mapping.tag, at: position)
            var entries: [Setting.Entry] = []
            for (key, value) in mapping {
                entries.append(try entry(key, value, depth: depth + 1))
            }
            return Setting(.map(entries), at: position)
        case .alias:
            throw SettingError("an alias has nothing to stand for", at: position)
        }
    }

    private mutating func entry(
        _ key: Node, _ value: Node, depth: Int
    ) throws(SettingError) -> Setting.Entry {
        let position = position(of: key)
        guard let name = key.scalar else {
            throw SettingError("a key is text, not a map or a list", at: position)
        }
        guard name.string != "<<" || name.style != .plain else {
            throw SettingError(
                "merge keys ('<<') are not supported; write the keys out", at: position)
        }
        return Setting.Entry(
            key: name.string, position: position, value: try setting(value, depth: depth))
    }

    private func value(
        of scalar: Node.Scalar, at position: SourcePosition
    ) throws(SettingError) -> Setting.Value {
        let isQuoted = scalar.style != .plain
        if !isQuoted || scalar.tag.description != Tag.Name.str.rawValue {
            try refuse(scalar.tag, at: position)
        }
        if !isQuoted, ["~", "null", "Null", "NULL"].contains(scalar.string) { return .none }
        return .scalar(scalar.string, isQuoted: isQuoted)
    }

    /// Refuses a tag that was written: those that were not have no name yet.
    private func refuse(_ tag: Tag, at position: SourcePosition) throws(SettingError) {
        let name = tag.description
        guard name.isEmpty else {
            throw SettingError("tags ('\(name)') are not supported; leave it out", at: position)
        }
    }

    private func position(of node: Node) -> SourcePosition {
        place(node.mark?.line ?? 1)
    }
}

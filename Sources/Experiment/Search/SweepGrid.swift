import Options

/// The settings that a sweep tries: every combination of the values of its axes.
///
/// Written as settings of the command line: `training.batch=32,64` is an axis of two values, and
/// `training.steps=200` holds for all combinations. Commas within brackets, braces or quotes belong
/// to a value, as in `learners.a.options.hidden=[64],[64, 64]`.
public struct SweepGrid: Hashable, Sendable {
    /// A setting with the values that it is tried with.
    public struct Axis: Hashable, Sendable {
        /// Its path, such as `training.batch`.
        public var path: String
        /// At least two, as they are written.
        public var values: [String]
    }

    /// The settings with several values, in the order in which they are written.
    public let axes: [Axis]
    /// The settings with one value, as they are written.
    public let fixed: [String]

    /// Reads the words of the command line.
    ///
    /// - Throws: ``SettingError`` with all mistakes: a word without `=`, a setting that stands
    ///   twice or has a value twice, and no setting of several values.
    public init(_ words: [String]) throws(SettingError) {
        var problems = SettingProblems()
        var axes: [Axis] = []
        var fixed: [String] = []
        var paths: Set<String> = []
        for word in words {
            guard let equals = word.firstIndex(of: "=") else {
                problems.note(SettingError("\(word): write a setting as path.to.key=value,value"))
                continue
            }
            let path = String(word[..<equals])
            let values = Self.values(of: word[word.index(after: equals)...])
            if !paths.insert(path).inserted {
                problems.note(SettingError("\(word): \(path) has values already"))
            } else if let again = Self.repeated(values) {
                problems.note(SettingError("\(word): the value '\(again)' stands twice"))
            } else if values.count > 1 {
                axes.append(Axis(path: path, values: values))
            } else {
                fixed.append(word)
            }
        }
        if axes.isEmpty, problems.isEmpty {
            problems.note(
                SettingError(
                    "a sweep needs a setting with several values, such as"
                        + " training.optimizer.rate=0.01,0.1"))
        }
        try problems.finish()
        (self.axes, self.fixed) = (axes, fixed)
    }

    /// How many combinations there are.
    public var count: Int { axes.reduce(1) { $0 * $1.values.count } }

    /// The values of every combination, one for each axis; the last axis changes first.
    public var combinations: [[String]] {
        axes.reduce([[]]) { combinations, axis in
            combinations.flatMap { before in axis.values.map { before + [$0] } }
        }
    }

    /// What a combination changes of a configuration.
    public func overrides(of combination: [String]) -> [String] {
        fixed + zip(axes, combination).map { "\($0.path)=\($1)" }
    }

    /// The parts between commas that stand in no brackets, braces or quotes.
    private static func values(of text: Substring) -> [String] {
        var parts = [""]
        var depth = 0
        var quote: Character?
        for character in text {
            if character == ",", depth == 0, quote == nil {
                parts.append("")
                continue
            }
            parts[parts.count - 1].append(character)
            switch character {
            case _ where quote != nil: if character == quote { quote = nil }
            case "'", "\"": quote = character
            case "[", "{": depth += 1
            case "]", "}": depth -= 1
            default: break
            }
        }
        return parts
    }

    private static func repeated(_ values: [String]) -> String? {
        var known: Set<String> = []
        return values.first { !known.insert($0).inserted }
    }
}

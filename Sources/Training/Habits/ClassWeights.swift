import Options

/// How much each class counts in the cross-entropy on a learner's own labels: the mean of the
/// samples' losses, weighted by their classes, as in PyTorch's `CrossEntropyLoss(weight=…)`.
public enum ClassWeights: Hashable, Sendable {
    /// N / (K·n) for a class of n samples, of N samples of K classes that occur: each class then
    /// counts as much as any other (King and Zeng 2001).
    case balanced
    /// One weight for each class, in the order of the classes.
    case each([Double])
    /// The weights of some classes, by name or number; the others weigh 1.
    case named([String: Double])

    static let forms =
        "balanced, a list with a weight for each class, or a map from classes to weights"
    private static let range = 1e-6...1e6

    /// Reads `balanced`, `[1, 2.5]` or `{cat: 2}`.
    init(_ setting: Setting) throws(SettingError) {
        let subject = "training: class-weights"
        switch setting.value {
        case .scalar("balanced", _): self = .balanced
        case .list(let items) where !items.isEmpty:
            var weights: [Double] = []
            for item in items {
                weights.append(try OptionReader.value(of: item, subject, in: Self.range))
            }
            self = .each(weights)
        case .map(let entries) where !entries.isEmpty:
            var weights: [String: Double] = [:]
            for entry in entries {
                weights[entry.key] = try OptionReader.value(
                    of: entry.value, "\(subject): \(entry.key)", in: Self.range)
            }
            self = .named(weights)
        default:
            throw SettingError("\(subject) is \(Self.forms)", at: setting.position)
        }
    }

    /// As it is written.
    var setting: Setting {
        switch self {
        case .balanced: .scalar("balanced")
        case .each(let weights): Setting(unwritten: .list(weights.map(Setting.scalar)))
        case .named(let weights):
            Setting(
                unwritten: .map(
                    weights.sorted { $0.key < $1.key }.map {
                        Setting.Entry(key: $0.key, position: .unwritten, value: .scalar($0.value))
                    }))
        }
    }
}

extension ClassWeights {
    /// The weight of each class.
    ///
    /// - Parameters:
    ///   - classes: the names of the classes, in their order.
    ///   - labels: of the samples that are trained on.
    /// - Throws: ``SettingError`` where a weight is of no class, or a class has none.
    public func weights(
        of classes: [String], labels: [Int]
    ) throws(SettingError) -> [Float] {
        switch self {
        case .balanced: return Self.balanced(classes.count, labels)
        case .each(let weights):
            guard weights.count == classes.count else {
                throw SettingError(
                    "training.class-weights lists \(weights.count) weights, and there are"
                        + " \(classes.count) classes; give one for each, or write a map")
            }
            return weights.map { Float($0) }
        case .named(let weights):
            var found = [Float](repeating: 1, count: classes.count)
            for (name, weight) in weights.sorted(by: { $0.key < $1.key }) {
                let number = Int(name).flatMap { classes.indices.contains($0) ? $0 : nil }
                guard let place = classes.firstIndex(of: name) ?? number else {
                    throw SettingError(
                        "training.class-weights: there is no class '\(name)':"
                            + " \(nearest(to: name, among: classes))")
                }
                found[place] = Float(weight)
            }
            return found
        }
    }

    /// A class that does not occur weighs 1.
    private static func balanced(_ classes: Int, _ labels: [Int]) -> [Float] {
        var counts = [Int](repeating: 0, count: classes)
        for label in labels { counts[label] += 1 }
        let occurring = counts.count { $0 > 0 }
        return counts.map { count in
            count == 0 ? 1 : Float(Double(labels.count) / Double(occurring * count))
        }
    }
}

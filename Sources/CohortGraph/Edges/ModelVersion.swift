import Options

/// Which version of its weights a teacher that still learns computes an edge's knowledge with.
///
/// A teacher whose weights are frozen has one version. Weights never leave the teacher's host: it
/// stores the version and publishes what that computes of each batch.
public enum ModelVersion: Hashable, Sendable {
    /// The weights of the step.
    case current
    /// The weights of the last step whose number, counted from 0, is a multiple of `every`: up to
    /// `every` − 1 steps old.
    case snapshot(every: Int)

    private static let forms = "current, or {snapshot: N}: as of every N-th step"

    /// Reads `current`, or `{snapshot: 50}`.
    init(in options: inout OptionReader) {
        let subject = "\(options.subject): version"
        self = options.value("version", default: ("current", .current), help: Self.forms) {
            (setting) throws(SettingError) in
            switch setting.value {
            case .scalar("current", _): return .current
            case .map:
                var reader = OptionReader(setting, subject: subject)
                let steps = reader.optional("snapshot", Int.self, in: 1...1_000_000)
                try reader.finish()
                if let steps { return ModelVersion(refreshedEvery: steps) }
            default: break
            }
            throw SettingError("\(subject) is \(Self.forms)", at: setting.position)
        }
    }

    /// A snapshot that is refreshed every so many steps; of one step the current weights.
    public init(refreshedEvery steps: Int) {
        self = steps == 1 ? .current : .snapshot(every: steps)
    }

    /// Whether the version becomes the weights of a step, counted from 0.
    public func isRefreshed(at step: Int) -> Bool {
        switch self {
        case .current: true
        case .snapshot(let every): step.isMultiple(of: every)
        }
    }

    /// `snapshot=50`, as names of tensors have it; nil for the current weights.
    public var suffix: String? {
        switch self {
        case .current: nil
        case .snapshot(let every): "snapshot=\(every)"
        }
    }
}

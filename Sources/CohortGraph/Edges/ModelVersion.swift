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
    /// Of each sample the weights of the step at which the learner saw it last: what these computed
    /// is stored, a row for each sample. Only of a learner that teaches itself.
    case lastSeen
    /// The moving average of the weights.
    case average(MovingAverage)
    /// The weights of the step, of another sample of each sample's class. Only of a learner that
    /// teaches itself.
    case partner
    /// The weights at the end of the task before, or at a step in the first task the initial ones.
    /// They compute as a frozen teacher does, in evaluation mode. How long a task is is known when
    /// a stage is assembled: nil before.
    case taskBefore(TaskLength?)
    /// The weights of the learner's best evaluation so far. They teach nobody.
    case best

    private static let forms =
        "current, {snapshot: N}: as of every N-th step, {average: 0.999}: the moving average of the"
        + " weights, last-seen: each sample's latest row, partner: another sample of the class, or"
        + " task: as of the end of the task before"

    /// Reads `current`, `last-seen`, `partner`, `task`, `{snapshot: 50}`, or
    /// `{average: 0.999, moments: averaged}`.
    init(in options: inout OptionReader) {
        let subject = "\(options.subject): version"
        self = options.value("version", default: ("current", .current), help: Self.forms) {
            (setting) throws(SettingError) in
            switch setting.value {
            case .scalar("current", _): return .current
            case .scalar("last-seen", _): return .lastSeen
            case .scalar("partner", _): return .partner
            case .scalar("task", _): return .taskBefore(nil)
            case .map:
                var reader = OptionReader(setting, subject: subject)
                if reader.position(of: "average") != nil {
                    let average = MovingAverage(options: &reader, decay: "average")
                    try reader.finish()
                    return .average(average)
                }
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
        case .taskBefore(let length): length?.begins(at: step) ?? false
        case .lastSeen, .average, .partner, .best: false
        }
    }

    /// Whether a learner stores weights for it.
    public var isStored: Bool {
        switch self {
        case .current, .lastSeen, .partner: false
        case .snapshot, .average, .taskBefore, .best: true
        }
    }

    /// Whether only a learner that teaches itself can have it.
    public var isOfOneself: Bool { self == .lastSeen || self == .partner }

    /// Whether its passes are those of a frozen teacher, in evaluation mode.
    public var isFrozen: Bool {
        if case .taskBefore = self { true } else { false }
    }

    /// The average that it is; nil for another version.
    public var average: MovingAverage? {
        if case .average(let average) = self { average } else { nil }
    }

    /// `snapshot=50` or `average=0.999`, as names of tensors have it; nil for the current weights.
    public var suffix: String? {
        switch self {
        case .current: nil
        case .snapshot(let every): "snapshot=\(every)"
        case .lastSeen: "last-seen"
        case .partner: "partner"
        case .taskBefore: "task"
        case .best: "best"
        case .average(let average):
            "average=\(average.decay)" + (average.moments == .own ? "" : "+moments")
        }
    }
}

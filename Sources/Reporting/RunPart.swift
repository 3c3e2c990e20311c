/// Which of a learner's trainings a file of records is of.
public enum RunPart: Hashable, Sendable {
    /// The training in the cohort, in the first stage in which the learner takes part.
    case cohort
    /// A later stage, in which the learner teaches.
    case stage(Int)
    /// The same student trained without teachers, for comparison.
    case alone

    /// The folder that holds the learners' folders.
    package func directory(in run: RunDirectory) -> RunDirectory {
        switch self {
        case .cohort: run
        case .stage(let number): run.stage(number)
        case .alone: run.alone
        }
    }
}

extension RunPart: Comparable {
    /// In the order in which a run passes them.
    public static func < (a: RunPart, b: RunPart) -> Bool { a.position < b.position }

    private var position: Int {
        switch self {
        case .cohort: 0
        case .stage(let number): number
        case .alone: .max
        }
    }
}

/// A learner in a part of a run: the writer of one `metrics.jsonl`.
public struct FollowedLearner: Hashable, Sendable {
    /// The learner's name.
    public var name: String
    /// Which of its trainings.
    public var part: RunPart

    /// A learner in a part of a run.
    public init(_ name: String, in part: RunPart = .cohort) {
        (self.name, self.part) = (name, part)
    }
}

extension FollowedLearner {
    /// The learner's name, and which of its trainings this is where it is not the one in the
    /// cohort.
    public var label: String {
        switch part {
        case .cohort: name
        case .stage(let number): "\(name) in stage \(number)"
        case .alone: "\(name) alone"
        }
    }
}

extension FollowedLearner: Comparable {
    /// By the part, then by the name.
    public static func < (a: FollowedLearner, b: FollowedLearner) -> Bool {
        (a.part, a.name) < (b.part, b.name)
    }
}

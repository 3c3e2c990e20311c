import Reporting

/// Which edge of a run: a teacher, and its student.
struct EdgeKey: Hashable, Sendable {
    var student: FollowedLearner
    /// In the same part of the run.
    var teacher: String

    /// The teacher, as a learner of the run.
    var teacherKey: String { FollowedLearner(teacher, in: student.part).key }
}

/// What is known of one edge: each of ``EdgeQuantity/all``, now and over time.
struct EdgeCourse: Sendable {
    /// The newest number with its step; nil where none is known, or a later one is void.
    private(set) var now: [DecimatedSeries.Point?]
    private(set) var frames: [MeanFrames]
    /// The last change.
    private(set) var revision = 0

    /// Nothing is known yet.
    init(frames capacity: Int) {
        now = EdgeQuantity.all.map { _ in nil }
        frames = EdgeQuantity.all.map { _ in MeanFrames(capacity: capacity) }
    }

    /// Keeps so many frames of each number.
    mutating func reduce(to count: Int) {
        for place in frames.indices { frames[place].reduce(to: count) }
    }

    /// Drops what was reported of later steps.
    mutating func drop(after step: Int, revision: Int) {
        for place in now.indices {
            let last = max(now[place]?.step ?? 0, frames[place].steps.last ?? 0)
            guard last > step else { continue }
            now[place] = nil
            frames[place].drop(after: step)
            self.revision = revision
        }
    }

    /// Takes a number of an interval that ended with `step`.
    mutating func add(_ value: Double, of quantity: Int, at step: Int, revision: Int) {
        now[quantity] = .init(step: step, value: value)
        frames[quantity].add(value, at: step)
        self.revision = revision
    }
}

import Foundation
import Reporting

/// All that the page shows of a run, in bounded memory: a value that records are added to.
struct RunCourse: Sendable {
    /// How much is kept.
    struct Limits: Sendable {
        /// Buckets of a curve.
        var buckets: Int
        /// Means of an edge's number.
        var frames: Int
        /// Messages, the newest.
        var notices: Int
        /// Characters of a message, its first.
        var characters = 2000

        /// For a page on a screen.
        static let page = Limits(buckets: 400, frames: 48, notices: 200)
    }

    /// A message of a process.
    struct Message: Sendable {
        var time: Date
        var learner: FollowedLearner
        var notice: Notice
        var revision: Int
    }

    private let limits: Limits
    private(set) var learners: [FollowedLearner: LearnerCourse] = [:]
    private(set) var edges: [EdgeKey: EdgeCourse] = [:]
    private(set) var messages: [Message] = []
    /// Counts what was added.
    private(set) var revision = 0

    /// Nothing is known yet.
    init(_ limits: Limits = .page) {
        self.limits = limits
    }

    /// Takes the next records of a learner in, in place of all that was known of it where its file
    /// is another one.
    mutating func add(_ update: FollowedRecords) {
        if update.replacesEarlier { forget(update.learner) }
        for record in update.records { add(record, of: update.learner) }
    }

    /// Takes the next record of a learner in.
    mutating func add(_ record: Record, of learner: FollowedLearner) {
        revision += 1
        learners[learner, default: LearnerCourse(capacity: limits.buckets)].add(
            record, revision: revision)
        switch record.body {
        case .start(let report): drop(after: report.step, of: learner)
        case .interval(let report): add(report, of: learner)
        case .notice(let notice): add(notice, at: record.time, of: learner)
        case .epoch, .end: break
        }
    }

    /// Keeps so much of all learners' curves of one metric, and of all edges' frames of one number:
    /// of so many edges that not two frames of each are left, only what is known now.
    mutating func reduce(buckets: Int, frames: Int) {
        let ownBuckets = buckets / max(1, learners.count)
        let ownFrames = frames / max(1, edges.count)
        for key in learners.keys { learners[key]?.reduce(to: ownBuckets) }
        for key in edges.keys { edges[key]?.reduce(to: ownFrames) }
    }

    /// Drops all that is known of a learner. Whoever took that in before needs everything anew.
    mutating func forget(_ learner: FollowedLearner) {
        revision += 1
        learners[learner] = nil
        edges = edges.filter { $0.key.student != learner }
        messages.removeAll { $0.learner == learner }
    }

    /// A learner that goes on from a checkpoint repeats the steps after it.
    private mutating func drop(after step: Int, of student: FollowedLearner) {
        for key in edges.keys where key.student == student {
            edges[key]?.drop(after: step, revision: revision)
        }
    }

    private mutating func add(_ notice: Notice, at time: Date, of learner: FollowedLearner) {
        var notice = notice
        if notice.message.count > limits.characters {
            notice.message = notice.message.prefix(limits.characters) + "…"
        }
        messages.append(
            Message(time: time, learner: learner, notice: notice, revision: revision))
        messages.removeFirst(max(0, messages.count - limits.notices))
    }

    private mutating func add(_ report: IntervalReport, of student: FollowedLearner) {
        for (place, quantity) in EdgeQuantity.all.enumerated() {
            for (teacher, value) in quantity.values(report) {
                let key = EdgeKey(student: student, teacher: teacher)
                edges[key, default: EdgeCourse(frames: limits.frames)].add(
                    value, of: place, at: report.step, revision: revision)
            }
        }
    }
}

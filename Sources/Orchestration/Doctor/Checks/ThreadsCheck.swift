import Limits

/// The threads that a learner computes on, and what limits them.
enum ThreadsCheck: HealthCheck {
    static let name = "threads"
    static let summary = "the threads of a learner, and what limits them"

    static func examine(_ here: Surroundings) -> [Examination.Finding] {
        let learners = here.together
        let share = here.processors.share(among: max(1, learners.count))
        let remarks =
            here.configuration?.threadRemarks(of: learners, on: here.processors)
            ?? here.processors.remarks
        return [.ok(share.words)]
            + remarks.map { .warning($0, remedy: "see 'Threads and processors' in the manual") }
    }
}

import Experiment
import Watching

/// How a run of a cohort is started.
package struct RunOptions: Sendable {
    /// Whether all that is published is kept in journals.
    package var keepsJournals = false
    /// Whether to continue a run that was begun before.
    package var resume = Resume.never
    /// Whether to go on with the newest run that was begun to train for fewer steps.
    package var extends = false
    /// What several runs differ in, of which this is one; nil for a run of its own.
    package var series: Series?
    /// The hosts on which learners run; nil for this one.
    package var hosts: HostGroup?
    /// What is fetched from those hosts besides logs and metrics.
    package var gathers: Set<RemoteRun.Extra> = []
    /// How much of the progress is shown.
    package var progress = ProgressAmount.auto
    /// Receives a line of JSON whenever a rendezvous listens: see ``JoiningContact``.
    package var printContact: @Sendable (String) -> Void = { _ in }
    /// Receives messages for people, a line each.
    package var notice: @Sendable (String) -> Void

    /// What runs of a series differ in, so that nobody needs to be told of it.
    package enum Series: Sendable {
        /// In their seeds alone.
        case seeds
        /// In their settings.
        case settings
    }

    /// - Parameter notice: receives messages for people, a line each.
    package init(notice: @escaping @Sendable (String) -> Void) { self.notice = notice }
}

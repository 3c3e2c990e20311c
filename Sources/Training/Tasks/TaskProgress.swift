import Datasets
import Reporting

/// How far a learner has come with its tasks: part of every checkpoint.
package struct TaskProgress: Codable, Hashable, Sendable {
    /// A row for each task that is done: the accuracy on the test samples of every task, in the
    /// order in which the learner meets them.
    package var accuracies: [[Double]] = []
    /// The numbers of the kept training samples of each class that was met, by the number that the
    /// corpus gives the class, the most typical first.
    package var exemplars: [Int: [Int]] = [:]

    package init() {}

    /// The numbers of all kept samples, ascending.
    var kept: [Int] { exemplars.values.joined().sorted() }
}

extension LearnerTasks {
    /// What a run reports of the tasks that are done; nil before the first.
    package func report(_ progress: TaskProgress) -> TaskReport? {
        guard !progress.accuracies.isEmpty else { return nil }
        return TaskReport(
            setting: options.scenario.rawValue, order: order.map { $0 + 1 },
            classes: order.map(division.reported), accuracies: progress.accuracies,
            sources: division.titles.isEmpty ? nil : order.map { division.titles[$0] })
    }
}

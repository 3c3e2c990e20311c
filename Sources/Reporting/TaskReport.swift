/// How well a learner does the tasks that it met one after another. Accuracies lie in 0...1.
///
/// With A_{j,i} the accuracy on task i after task j, T tasks done and i numbered in the order in
/// which the learner meets them: the average accuracy is the mean of A_{T,i} over the tasks that
/// were met, forgetting the mean of max_{j<T} A_{j,i} − A_{T,i} over i < T, and backward transfer
/// that of A_{T,i} − A_{i,i}.
public struct TaskReport: Codable, Hashable, Sendable {
    /// `class`, `domain` or `task`.
    public var setting: String
    /// The numbers of the tasks in the order in which the learner meets them, from 1.
    public var order: [Int]
    /// The classes of each, in the same order.
    public var classes: [[Int]]
    /// The data source of each, in the same order; nil where tasks divide the classes of one.
    public var sources: [String]?
    /// A row for each task that is done: the accuracy on every task, in the same order.
    public var accuracies: [[Double]]
    /// The mean of the last row, of the tasks that were met.
    public let averageAccuracy: Double
    /// How much worse the learner is than at its best; nil after the first task.
    public let forgetting: Double?
    /// How much better it is than right after each task; nil after the first task.
    public let backwardTransfer: Double?

    /// The report of a matrix.
    ///
    /// - Precondition: there is a row, and each has a column for every task.
    public init(
        setting: String, order: [Int], classes: [[Int]], accuracies: [[Double]],
        sources: [String]? = nil
    ) {
        self.setting = setting
        self.order = order
        self.classes = classes
        self.accuracies = accuracies
        self.sources = sources
        let met = accuracies.count
        let last = accuracies[met - 1]
        averageAccuracy = last.prefix(met).reduce(0, +) / Double(met)
        let earlier = 0..<met - 1
        func mean(_ of: (Int) -> Double) -> Double? {
            earlier.isEmpty ? nil : earlier.reduce(0) { $0 + of($1) } / Double(earlier.count)
        }
        forgetting = mean { task in
            (accuracies.dropLast().map { $0[task] }.max() ?? 0) - last[task]
        }
        backwardTransfer = mean { last[$0] - accuracies[$0][$0] }
    }

    /// `tasks: average 45.10%, forgetting 60.20%, backward transfer -60.20%`
    var text: String {
        let parts = [
            "average \(Text.percent(averageAccuracy))",
            forgetting.map { "forgetting \(Text.percent($0))" },
            backwardTransfer.map { "backward transfer \(Text.percent($0))" },
        ]
        return "tasks: " + parts.compactMap(\.self).joined(separator: ", ")
    }

    enum CodingKeys: String, CodingKey {
        case setting, order, classes, sources, accuracies, forgetting
        case averageAccuracy = "average_accuracy"
        case backwardTransfer = "backward_transfer"
    }
}

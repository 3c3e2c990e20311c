import Reporting

extension Assembler {
    /// The tasks, their classes and samples, and the steps at which they are met; empty where the
    /// samples are one task.
    var taskListing: String {
        guard let tasks = samples.tasks else { return "" }
        let (division, length) = (tasks.division, tasks.length)
        let options = division.options
        let when =
            options.isJoint
            ? "met together"
            : "each of \(length.steps) steps, the last one to the end of the training"
        let hasSources = !division.titles.isEmpty
        let rows = division.names.enumerated().map { task, names in
            ["\(task + 1)"] + (hasSources ? [division.titles[task]] : []) + [
                names.joined(separator: ", "),
                "\(division.train.count { $0 == task })",
                division.test.map { test in "\(test.count { $0 == task })" } ?? "-",
            ]
        }
        let header = ["task"] + (hasSources ? ["source"] : []) + ["classes", "training", "test"]
        return "tasks (setting '\(options.scenario.rawValue)'), \(when)\n"
            + TextTable(rows: [header] + rows, wordColumns: header.count - 2).text
            + orderLines
    }

    /// The orders of the learners that meet the tasks otherwise than numbered.
    private var orderLines: String {
        configuration.learners.map { learner in
            guard learner.taskOrder != .numbered,
                let order = configuration.taskOrder(of: learner)
            else { return "" }
            let listed = order.map { "\($0 + 1)" }.joined(separator: ", ")
            return "'\(learner.name)' meets them in the order \(listed)\n"
        }.joined()
    }
}

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
        let rows = division.classes.enumerated().map { task, classes in
            [
                "\(task + 1)", classes.map(className).joined(separator: ", "),
                "\(division.train.count { $0 == task })",
                division.test.map { test in "\(test.count { $0 == task })" } ?? "-",
            ]
        }
        return "tasks (setting '\(options.scenario.rawValue)'), \(when)\n"
            + TextTable(rows: [["task", "classes", "training", "test"]] + rows).text
            + orderLines
    }

    private func className(_ label: Int) -> String {
        samples.corpus.classNames?[label] ?? "\(label)"
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

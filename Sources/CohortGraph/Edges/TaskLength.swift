/// How long the tasks are that a learner meets one after another: all take the same number of
/// steps, but the last one lasts to the end of the training.
public struct TaskLength: Hashable, Sendable {
    /// The steps of a task.
    public let steps: Int
    /// How many tasks there are.
    public let count: Int

    /// - Precondition: there is a task, and it has a step.
    public init(steps: Int, count: Int) {
        precondition(steps > 0 && count > 0, "a task has steps")
        (self.steps, self.count) = (steps, count)
    }

    /// The place of the task of a step, both counted from 0.
    public func place(at step: Int) -> Int { min(step / steps, count - 1) }

    /// Whether a step, counted from 0, is the first of a task.
    public func begins(at step: Int) -> Bool {
        step.isMultiple(of: steps) && step / steps < count
    }
}

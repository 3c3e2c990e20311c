/// What a loss and a gate see of the tasks that a learner meets one after another.
public struct TaskContext: Sendable {
    /// The outputs of the tasks that the learner met before this one, ascending; a list for each
    /// head. None in the first task.
    public var earlierHeads: [[Int]]
    /// Whether a teacher has met the task of a sample of some number.
    public var hasMet: @Sendable (_ teacher: String, _ sample: Int) -> Bool

    /// The tasks at one step.
    public init(
        earlierHeads: [[Int]],
        hasMet: @escaping @Sendable (_ teacher: String, _ sample: Int) -> Bool = { _, _ in true }
    ) {
        self.earlierHeads = earlierHeads
        self.hasMet = hasMet
    }
}

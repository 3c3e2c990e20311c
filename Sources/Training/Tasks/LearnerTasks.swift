import CohortGraph
import Datasets
import Distillation

/// The tasks of a learner: which it meets when, and which outputs count.
public struct LearnerTasks: Sendable {
    /// The classes and the samples of each task.
    public let division: TaskDivision
    /// The numbers of the tasks in the order in which the learner meets them, from 0.
    public let order: [Int]
    /// How long a task is.
    public let length: TaskLength
    /// The orders of the learner and of those that teach it, by name, of those that learn.
    private let orders: [String: [Int]]
    /// The task of each test sample.
    let test: [Int]
    private let name: String
    /// Reads training samples without augmentation, to choose exemplars among them; nil where none
    /// are kept.
    let library: SampleLibrary?

    /// - Parameters:
    ///   - name: of the learner.
    ///   - orders: in which it and those that teach it meet the tasks, by name, of those that
    ///     learn.
    ///   - test: the task of each test sample.
    public init(
        _ division: TaskDivision, of name: String, orders: [String: [Int]], length: TaskLength,
        test: [Int] = [], library: SampleLibrary? = nil
    ) {
        self.division = division
        order = orders[name] ?? Array(0..<division.count)
        self.orders = orders
        self.name = name
        self.test = test
        self.length = length
        self.library = library
    }

    var options: TaskOptions { division.options }

    /// The number of tasks.
    public var count: Int { order.count }

    /// Whether a task ends with the last of `step` steps, of a learner of `steps` steps in all.
    func isEnd(ofTaskAfter step: Int, of steps: Int) -> Bool {
        step == steps || length.begins(at: step)
    }

    /// The place in the order of the task that is met at a step, counted from 0.
    func place(at step: Int) -> Int { length.place(at: step) }

    /// The tasks that a learner has met at a step, this one included; all of them for a teacher
    /// that never learns.
    func met(by name: String, at step: Int) -> ArraySlice<Int> {
        guard let order = orders[name], !options.isJoint else { return self.order[...] }
        return order[...place(at: step)]
    }

    /// The outputs of the tasks that the learner, or one that teaches it, has met at a step; all
    /// outputs of one that never learns.
    func known(at step: Int) -> Set<Int> {
        let names = orders[name] == nil ? [name] : Array(orders.keys)
        return Set(names.flatMap { met(by: $0, at: step) }.flatMap(division.outputs))
    }

    /// What losses and gates see of the tasks at a step.
    package func context(at step: Int) -> TaskContext {
        TaskContext(earlierHeads: earlierHeads(at: step)) { [self] teacher, sample in
            met(by: teacher, at: step).contains(division.train[sample])
        }
    }

    /// The outputs of the tasks before the one of a step, ascending; a list for each head.
    package func earlierHeads(at step: Int) -> [[Int]] {
        guard !options.isJoint else { return [] }
        let earlier = order[..<place(at: step)]
        return switch options.scenario {
        case .classes: earlier.isEmpty ? [] : [earlier.flatMap { division.classes[$0] }.sorted()]
        case .domains: earlier.isEmpty ? [] : [Array(0..<division.outputs)]
        case .tasks: earlier.map(division.outputs)
        }
    }
}

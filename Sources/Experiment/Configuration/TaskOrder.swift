import Bytes
import NeuralNetwork
import Options

/// The order in which a learner meets the tasks of `data.tasks`: `task-order` of a learner.
public enum TaskOrder: Hashable, Sendable {
    /// As they are numbered.
    case numbered
    /// From the last to the first.
    case reversed
    /// By the run's seed and the learner's name.
    case shuffled
    /// By their numbers, from 1.
    case given([Int])

    private static let forms = "numbered, reversed, shuffled, or a list of the tasks' numbers"

    /// Reads `reversed`, or `[3, 1, 2]`.
    init(_ setting: Setting, of learner: String) throws(SettingError) {
        switch setting.value {
        case .scalar("numbered", _): self = .numbered
        case .scalar("reversed", _): self = .reversed
        case .scalar("shuffled", _): self = .shuffled
        case .list(let items):
            var numbers: [Int] = []
            for item in items {
                numbers.append(
                    try OptionReader.value(
                        of: item, "learner '\(learner)': task-order", in: 1...1000))
            }
            self = .given(numbers)
        default:
            throw SettingError(
                "learner '\(learner)': task-order is \(Self.forms)", at: setting.position)
        }
    }

    /// As it is written; nil for the usual order.
    var setting: Setting? {
        switch self {
        case .numbered: nil
        case .reversed: .scalar("reversed")
        case .shuffled: .scalar("shuffled")
        case .given(let numbers):
            Setting(unwritten: .list(numbers.map { Setting.scalar($0) }))
        }
    }

    /// The numbers of the tasks, from 0.
    ///
    /// - Parameter key: of the run's seed.
    func order(of count: Int, learner: String, key: RandomKey) -> [Int] {
        switch self {
        case .numbered: Array(0..<count)
        case .reversed: (0..<count).reversed()
        case .shuffled: key.child(learner).shuffled(Array(0..<count))
        case .given(let numbers): numbers.map { $0 - 1 }
        }
    }

    /// What is wrong with an order of so many tasks; nil where nothing is.
    func objection(of count: Int) -> String? {
        guard case .given(let numbers) = self, numbers.sorted() != Array(1...count) else {
            return nil
        }
        let listed = numbers.map(String.init).joined(separator: ", ")
        return "is [\(listed)]; name each of the \(count) tasks once, from 1 on"
    }
}

extension ExperimentConfiguration {
    /// The order in which a learner meets the tasks, numbered from 0; nil where it meets none.
    func taskOrder(of learner: LearnerOptions) -> [Int]? {
        guard let tasks = data.tasks, learner.learns else { return nil }
        return learner.taskOrder.order(
            of: tasks.count, learner: learner.writtenName,
            key: RandomKey(seed: seed).child("task order"))
    }

    /// Whether learners meet the tasks in different orders, so that they teach one another on the
    /// samples of several tasks, without labels.
    var hasSeveralTaskOrders: Bool { Set(learners.compactMap(taskOrder)).count > 1 }
}

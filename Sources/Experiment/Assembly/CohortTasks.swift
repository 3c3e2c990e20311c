import CohortGraph
import Datasets
import Options
import Training

/// The tasks of a cohort, and when each learner meets them: the same in every process.
struct CohortTasks: Sendable {
    /// The classes and the samples of each task.
    let division: TaskDivision
    /// How long a task is.
    let length: TaskLength
    /// Whether learners meet the tasks in different orders.
    let hasSeveralOrders: Bool
    /// The order of each learner, by its written name.
    private let orders: [String: [Int]]
    /// The training samples of each task.
    private let samples: [[Int]]
    /// The task of each sample that learners are tested on.
    private let test: [Int]

    /// - Parameters:
    ///   - corpus: as its source has it.
    ///   - divided: its training samples; all learners share the labelled ones.
    /// - Throws: ``DatasetError`` or ``SettingError`` (78) for tasks that cannot be made of the
    ///   samples or met in the steps that there are.
    init(
        _ options: TaskOptions, of corpus: Corpus, _ divided: Division,
        _ configuration: ExperimentConfiguration
    ) throws {
        let shared = divided.shared ?? []
        let division = try TaskDivision(options, of: corpus, seed: configuration.seed)
        test = division.test ?? divided.validation.map { division.train[$0] }
        samples = (0..<division.count).map { task in shared.filter { division.train[$0] == task } }
        let training = configuration.training
        let steps =
            switch training.budget {
            case .steps(let steps): steps
            case .epochs(let epochs):
                EpochClock(samples: shared.count, batch: training.common).steps(for: epochs)
            }
        var mistakes: [String] = []
        for (task, found) in samples.enumerated() where found.isEmpty {
            mistakes.append(
                "data: tasks: task \(task + 1) has none of the labelled samples; ask for more"
                    + " `labels`")
        }
        if steps < division.count {
            mistakes.append(
                "data: tasks: \(division.count) tasks are met in \(steps) steps of training, and"
                    + " each needs one; train for longer")
        }
        let kinds = division.classes.joined().count
        if options.exemplars > 0, options.exemplars < kinds {
            mistakes.append(
                "data: tasks: \(options.exemplars) exemplars leave none for some of \(kinds) classes;"
                    + " keep more, or none")
        }
        if let error = SettingError(all: mistakes.map { SettingError($0) }) { throw error }
        self.division = division
        length = TaskLength(steps: steps / division.count, count: division.count)
        hasSeveralOrders = configuration.hasSeveralTaskOrders
        orders = configuration.learners.reduce(into: [:]) { orders, learner in
            orders[learner.writtenName] = configuration.taskOrder(of: learner)
        }
    }

    private var options: TaskOptions { division.options }

    /// Whether learners take other samples for their labels than those that they teach on.
    var needsOwnStreams: Bool { !options.isJoint && (hasSeveralOrders || options.exemplars > 0) }

    /// What the learners teach one another on: at each time the samples of the tasks that some of
    /// them meet then.
    var commonPhases: [Sampler.Phase] {
        phases { place in Set(orders.values.map { $0[place] }).sorted().flatMap { samples[$0] } }
    }

    /// The labelled samples of a learner: at each time those of its task.
    func phases(of learner: String) -> [Sampler.Phase] {
        let order = orders[learner] ?? Array(0..<division.count)
        return phases { samples[order[$0]] }
    }

    private func phases(_ drawn: (_ place: Int) -> [Int]) -> [Sampler.Phase] {
        guard !options.isJoint else {
            return [Sampler.Phase(firstStep: 0, samples: samples.joined().sorted())]
        }
        return (0..<division.count).map { place in
            Sampler.Phase(firstStep: place * length.steps, samples: drawn(place).sorted())
        }
    }

    /// The tasks of a learner.
    ///
    /// - Parameters:
    ///   - teachers: those that teach it.
    ///   - library: its training samples.
    func tasks(
        of learner: String, taughtBy teachers: [String], _ library: () throws -> SampleLibrary
    ) rethrows -> LearnerTasks {
        LearnerTasks(
            division, of: learner,
            orders: orders.filter { $0.key == learner || teachers.contains($0.key) },
            length: length, test: test, library: options.exemplars > 0 ? try library() : nil)
    }
}

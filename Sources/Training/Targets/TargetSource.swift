import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork

/// The targets of a teaching term at one step.
public enum Targets: Sendable {
    /// The summaries of teachers, in the order of the configuration.
    case rows([TeacherRows])
    /// The sum of the softened probabilities of several teachers.
    case sum(ProbabilitySum)
}

/// A teacher's summary of a batch, or of some of its samples.
public struct TeacherRows: Sendable {
    /// The teacher's name.
    public let name: String
    /// N×…, of all samples; the rows of samples that are not covered mean nothing.
    public let values: Tensor
    /// How many steps ago each of the N rows was published; nil for a sample that is not covered.
    public let ages: [Int?]

    /// A summary of some of the samples.
    init(_ name: String, _ values: Tensor, ages: [Int?]) {
        self.name = name
        self.values = values
        self.ages = ages
    }

    /// A summary of all samples, of this step.
    init(_ name: String, _ values: Tensor) {
        self.init(name, values, ages: Array(repeating: 0, count: values.shape[0]))
    }

    /// Some of the rows.
    func selecting(rows: [Int]) -> TeacherRows {
        TeacherRows(name, values.selecting(rows: rows), ages: rows.map { ages[$0] })
    }

    /// Whether every row is of this step.
    var isCurrent: Bool { ages.allSatisfy { $0 == 0 } }
}

/// What a target source can use at one step.
struct TargetRequest {
    /// The learner's name.
    let learner: String
    /// The samples on which the cohort teaches at this step.
    let batch: Batch
    /// What the learner's own weights, and their earlier versions, show of the batch.
    let views: StepViews
    /// The learner's network, and its state before the step.
    let model: Model
    let state: LearnerState
    /// What the exchange delivered at this step.
    let received: ReceivedKnowledge
    /// The learner's own part of the sum that its relay circle makes; nil where it has no part.
    let ownSum: ProbabilitySum?
    /// The teachers that teach at this step.
    let teachers: [String]

    /// The view of the samples that the learner's own side of the term sees.
    var strength = ViewStrength.weak
    /// What the learner's own forward pass shows.
    var view: ModelView { views.own(strength) }
    /// The number of steps that the learner has done.
    var step: Int { state.step }
}

/// Where a term's targets come from.
///
/// One is chosen for each term when the learner is assembled. What a source remembers from step to
/// step is its ``Memory``: a value that belongs to the term and is part of every checkpoint.
protocol TargetSource: Sendable {
    associatedtype Memory: Codable & Hashable & Sendable = NoMemory

    /// Nil where this is not the source that the term's edges ask for.
    init?(for term: TermDescription)

    /// The memory before the first step.
    var initialMemory: Memory { get }

    /// The teachers of which the source stores knowledge that arrives too late for its step.
    var latecomers: [String] { get }

    /// Stores knowledge that arrived too late for its own step.
    ///
    /// - Parameter samples: the numbers of the samples that the knowledge describes.
    func store(
        late knowledge: Knowledge, from teacher: String, of samples: [Int], in memory: inout Memory
    ) throws

    /// The targets of a step; nil where there are none.
    ///
    /// - Throws: ``ExchangeFailure`` where a teacher sent something else than the term needs.
    func targets(for request: TargetRequest, memory: inout Memory) throws -> Targets?
}

extension TargetSource {
    var latecomers: [String] { [] }

    func store(
        late knowledge: Knowledge, from teacher: String, of samples: [Int], in memory: inout Memory
    ) throws {}
}

extension TargetSource where Memory == NoMemory {
    var initialMemory: NoMemory { NoMemory() }
}

extension TargetSource {
    /// As ``targets(for:memory:)``, with the memory as a checkpoint stores it.
    func targets(for request: TargetRequest, memory: inout TermMemory) throws -> Targets? {
        try memory.withValue(of: Memory.self, default: initialMemory) { memory in
            try targets(for: request, memory: &memory)
        }
    }

    /// As ``store(late:from:of:in:)``, with the memory as a checkpoint stores it.
    func store(
        late knowledge: Knowledge, from teacher: String, of samples: [Int],
        in memory: inout TermMemory
    ) throws {
        try memory.withValue(of: Memory.self, default: initialMemory) { memory in
            try store(late: knowledge, from: teacher, of: samples, in: &memory)
        }
    }
}

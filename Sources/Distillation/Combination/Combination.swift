import CohortGraph
import NeuralNetwork
import Options

/// How the knowledge of several teachers becomes one loss.
public protocol Combination: Sendable {
    /// What it remembers from one step to the next: a part of the learner's state, written to
    /// checkpoints.
    associatedtype Memory: Codable & Hashable & Sendable = NoMemory

    /// The facts by which others decide.
    var traits: CombinationTraits { get }

    /// The memory before the first step.
    var initialMemory: Memory { get }

    /// Declares what the combination learns.
    ///
    /// - Parameters:
    ///   - loss: fitted to the activations of both sides.
    ///   - student: the shape of the learner's summary, the sample dimension first.
    /// - Throws: ``SettingError`` where its options do not fit the teachers.
    mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) throws(SettingError)

    /// The loss of a learner that several teach.
    ///
    /// - Parameters:
    ///   - student: the learner's summary.
    ///   - teachers: the teachers' summaries of the same samples, constants, at least one.
    ///   - memory: what earlier steps left; what later steps shall find.
    func callAsFunction(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout Memory
    ) -> CombinedLoss

    /// Takes what the learner and all its teachers compute on the validation samples at the end of
    /// an epoch; called only where ``traits`` has ``CombinationTraits/needsErrors``.
    func observe(_ validation: ValidationLogits, memory: inout Memory)
}

extension Combination {
    /// Learns nothing.
    public mutating func prepare(
        teachers: Int, by loss: any DistillationLoss, student: [Int],
        in builder: inout ModelBuilder
    ) {}

    /// Makes nothing of it.
    public func observe(_ validation: ValidationLogits, memory: inout Memory) {}
}

extension Combination where Memory == NoMemory {
    /// The only value.
    public var initialMemory: NoMemory { NoMemory() }
}

extension Combination {
    /// The loss of a learner that several teach, with a memory of a type that the caller need not
    /// know. A loss that standardises logits does so before they are combined.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is not this combination's.
    public func combined(
        _ student: Variable, _ teachers: [TeacherSummary], by loss: any DistillationLoss,
        _ context: LossContext, memory: inout TermMemory
    ) throws -> CombinedLoss {
        if let standardized = loss as? StandardizedLogits {
            return try combined(
                student.standardized(), teachers.map(\.standardized), by: standardized.loss,
                context, memory: &memory)
        }
        return try memory.withValue(of: Memory.self, default: initialMemory) { memory in
            self(student, teachers, by: loss, context, memory: &memory)
        }
    }

    /// As ``observe(_:memory:)``, with a memory of a type that the caller need not know.
    ///
    /// - Throws: ``TermMemoryError`` where the memory is not this combination's.
    public func remember(
        _ validation: ValidationLogits, in memory: inout TermMemory
    ) throws {
        try memory.withValue(of: Memory.self, default: initialMemory) { memory in
            observe(validation, memory: &memory)
        }
    }
}

import CohortGraph
import Exchange

/// The kinds and shapes of all that a learner and its neighbours tell one another.
public struct KnowledgeForms: Sendable {
    /// Of the samples of a step: by who teaches, then by the name of the tensor.
    private var batch: [String: [String: KnowledgeForm]] = [:]
    private let test: KnowledgeForm
    private let validation: KnowledgeForm

    /// - Parameters:
    ///   - test: how many test samples there are.
    ///   - validation: how many validation samples.
    public init(test: Int, validation: Int, classes: Int) {
        self.test = KnowledgeForm(kind: .response, shape: [test, classes])
        self.validation = KnowledgeForm(kind: .response, shape: [validation, classes])
    }

    /// Adds a tensor of a teacher's.
    public mutating func add(_ form: KnowledgeForm, of tensor: String, from teacher: String) {
        batch[teacher, default: [:]][tensor] = form
    }

    /// What a teacher's tensor must be in a phase.
    public func form(of tensor: String, from teacher: String, in phase: Phase) -> KnowledgeForm? {
        switch phase {
        case .before, .after: batch[teacher]?[tensor]
        case .evaluation: test
        case .validation: validation
        }
    }

    /// The most values that one message has.
    public var mostValues: Int {
        let together = batch.values.map { tensors in
            tensors.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
        }
        return (together + [test, validation].map { $0.shape.reduce(1, *) }).max() ?? 0
    }
}

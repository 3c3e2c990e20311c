import CohortGraph
import Exchange

/// The kinds and shapes of all that a learner or a relay and its neighbours tell one another.
public struct KnowledgeForms: Sendable {
    /// Of the samples of a step: by who teaches, then by the name of the tensor.
    private var batch: [String: [String: KnowledgeForm]] = [:]
    /// The sum of a step's samples, and of how many learners it is, by who tells it.
    private var sums: [String: KnowledgeForm] = [:]
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

    /// Adds the sums that are told within a circle, of batches of some samples.
    public mutating func add(_ circle: RelayTree, samples: Int) {
        let shape = [samples, test.shape[1] + 1]
        for relay in circle.relays {
            sums[relay] = KnowledgeForm(kind: .sum, shape: shape, learners: circle.sources.count)
        }
        for source in circle.sources {
            sums[source] = KnowledgeForm(kind: .sum, shape: shape, learners: 1)
        }
    }

    /// What a teacher's tensor must be in a round.
    public func form(of tensor: String, from teacher: String, in round: Round) -> KnowledgeForm? {
        let samples = Deliveries.samples(of: round)
        if KnowledgeTensor.isSumName(tensor), var sum = sums[teacher] {
            if samples == .test { sum.shape[0] = test.shape[0] }
            return sum
        }
        return switch samples {
        case .batch: batch[teacher]?[tensor]
        case .test: test
        case .validation: validation
        case nil: nil
        }
    }

    /// The most values that one message has.
    public var mostValues: Int {
        let together = batch.values.map { tensors in
            tensors.values.reduce(0) { $0 + $1.values }
        }
        let summed = sums.values.map(\.values).max() ?? 0
        let most = ((together + [validation.values]).max() ?? 0) + summed
        return max(most, test.values + (sums.isEmpty ? 0 : test.values + test.shape[0]))
    }
}

extension KnowledgeForm {
    fileprivate var values: Int { shape.reduce(1, *) }
}

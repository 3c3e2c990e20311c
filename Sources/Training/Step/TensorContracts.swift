import CohortGraph
import Exchange

/// The kinds and shapes of all that a learner or a relay and its neighbours tell one another.
public struct TensorContracts: Sendable {
    /// Of the samples of a step: by who teaches, then by the name of the tensor.
    private var batch: [String: [String: TensorContract]] = [:]
    /// The sum of a step's samples, and of how many learners it is, by who tells it.
    private var sums: [String: TensorContract] = [:]
    /// The forms of samples that travel, by the name of the tensor.
    private var inputs: [String: InputForm] = [:]
    private let test: TensorContract
    private let validation: TensorContract
    private let rounds: RoundSchedule

    /// - Parameters:
    ///   - rounds: the rounds of a step.
    ///   - test: how many test samples there are.
    ///   - validation: how many validation samples.
    public init(
        test: Int, validation: Int, classes: Int, rounds: RoundSchedule = .standard
    ) {
        self.rounds = rounds
        self.test = TensorContract(kind: .response, shape: [test, classes])
        self.validation = TensorContract(kind: .response, shape: [validation, classes])
    }

    /// Adds a tensor of a teacher's.
    public mutating func add(_ form: TensorContract, of tensor: String, from teacher: String) {
        batch[teacher, default: [:]][tensor] = form
    }

    /// Adds the samples that a learner sends a teacher.
    public mutating func add(_ offer: InputOffer, from student: String) {
        add(offer.contract, of: offer.name, from: student)
        inputs[offer.name] = offer.form
    }

    /// The form of the samples that a teacher is sent; nil where it is sent none.
    func inputs(for teacher: String) -> InputForm? {
        inputs[KnowledgeTensor.inputsName(for: teacher)]
    }

    /// Adds the sums that are told within a circle, of batches of some samples.
    public mutating func add(_ circle: RelayTree, samples: Int) {
        let shape = [samples, test.shape[1] + 1]
        for relay in circle.relays {
            sums[relay] = TensorContract(
                kind: .sum, shape: shape,
                domain: .fixedPoint(mostLearners: circle.sources.count))
        }
        for source in circle.sources {
            sums[source] = TensorContract(
                kind: .sum, shape: shape, domain: .fixedPoint(mostLearners: 1))
        }
    }

    /// What a teacher's tensor must be in a round.
    public func contract(of tensor: String, from teacher: String, in round: Round)
        -> TensorContract?
    {
        let samples = rounds.samples(of: round)
        if KnowledgeTensor.isSumName(tensor), var sum = sums[teacher] {
            if samples == .test { sum.shape[0] = test.shape[0] }
            return sum
        }
        return switch samples {
        case .batch, .inputs, .adjoints: batch[teacher]?[tensor]
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

extension TensorContract {
    fileprivate var values: Int { shape.reduce(1, *) }
}

import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// What a relay must know to serve its circle: made from the configuration, as a learner's assembly
/// is.
public struct RelayAssembly: Sendable {
    /// The name of the relay.
    public var name: String
    /// What is taught at every step of the stage.
    public var plan: TeachingPlan
    /// What the tensors that it receives must be.
    public var contracts: TensorContracts
    /// Where the common batches come from.
    public var samples: any BatchSource
    /// The test samples, whose sums it relays too.
    public var test: HeldOutData
    /// The number of classes.
    public var classes: Int
    /// How many rows of logits each sample has.
    public var rowsPerSample: Int

    /// A relay of a stage.
    public init(
        name: String, plan: TeachingPlan, contracts: TensorContracts, samples: any BatchSource,
        test: HeldOutData, classes: Int, rowsPerSample: Int
    ) {
        self.name = name
        self.plan = plan
        self.contracts = contracts
        self.samples = samples
        self.test = test
        self.classes = classes
        self.rowsPerSample = rowsPerSample
    }
}

/// A relay: at every step it adds up what its children publish, has its parent add the rest, and
/// publishes the sum to all its children.
public struct RelayProgram: NodeProgram {
    private let assembly: RelayAssembly
    private let exchange: any KnowledgeExchange
    private let findStart: () -> RelayStart
    private var samples: any BatchSource
    private var start = RelayStart()
    private var step = 0

    /// - Parameters:
    ///   - exchange: reaches the parent and the children.
    ///   - start: where the children that are furthest behind would go on, once the exchange has
    ///     joined.
    public init(
        _ assembly: RelayAssembly, exchange: any KnowledgeExchange,
        start: @escaping () -> RelayStart
    ) {
        self.assembly = assembly
        self.exchange = exchange
        findStart = start
        samples = assembly.samples
    }

    private var deliveries: Deliveries { assembly.plan.deliveries }

    /// To the end of its own training and of the training of every student.
    public var stepCount: Int { deliveries.steps(of: assembly.name) }

    /// Whether every step is done.
    public var isDone: Bool { step >= stepCount }

    /// Prepares for the first step, once all neighbours have joined.
    public mutating func begin() {
        start = findStart()
        step = start.first
    }

    /// Takes the next step.
    public mutating func takeStep() throws {
        let batch = HeldSamples(
            digest: try samples.digest(at: step),
            count: samples.batchSize * assembly.rowsPerSample)
        let temperature = deliveries.circle(of: assembly.name)?.edge.temperature ?? 1
        try relay(batch, up: .before, down: .after, temperature: temperature)
        let test = HeldSamples(digest: assembly.test.digest, count: assembly.test.labels.count)
        try relay(test, up: .evaluation, down: .ensemble, temperature: 1)
        step += 1
    }

    /// The samples that a sum describes.
    private struct HeldSamples {
        var digest: UInt64
        /// The rows of logits of all samples.
        var count: Int
    }

    /// A sum under way, and the epoch that its parts name.
    private struct Sum {
        var sum: ProbabilitySum
        var epoch = 0
    }

    /// - Parameters:
    ///   - up: the round in which parts go to the root.
    ///   - down: the round in which the sum comes back.
    private func relay(
        _ samples: HeldSamples, up: Round, down: Round, temperature: Double
    ) throws {
        var sum = Sum(sum: ProbabilitySum(shape: [samples.count, assembly.classes]))
        try gather(samples, up, into: &sum)
        try publish(sum, of: samples, up, temperature: temperature)
        // Children that are further ahead have the sums of earlier steps.
        guard step >= start.firstTold else { return }
        try gather(samples, down, into: &sum)
        try publish(sum, of: samples, down, temperature: temperature)
    }

    /// Replaces the sum by that of the knowledge of a round; parts that cannot be used are missing
    /// in it.
    private func gather(_ samples: HeldSamples, _ round: Round, into sum: inout Sum) throws {
        guard deliveries.isTaught(assembly.name, step: step, round: round) else { return }
        let found = try exchange.gather(step: step, round: round, batchDigest: samples.digest)
        sum.epoch = found.knowledge.first?.knowledge.epoch ?? sum.epoch
        sum.sum = ProbabilitySum(shape: sum.sum.shape)
        for tensor in found.knowledge.flatMap(\.knowledge.tensors) {
            try tensor.add(to: &sum.sum)
        }
    }

    private func publish(
        _ sum: Sum, of samples: HeldSamples, _ round: Round, temperature: Double
    ) throws {
        guard !deliveries.published(by: assembly.name, step: step, round: round).isEmpty else {
            return
        }
        try exchange.publish(
            Knowledge(
                epoch: sum.epoch, step: step, round: round, batchDigest: samples.digest,
                tensors: [KnowledgeTensor(sum.sum, temperature: temperature)]))
    }
}

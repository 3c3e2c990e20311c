import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// What a relay must know to serve its circle: made from the configuration, as a learner's assembly is.
public struct RelayAssembly: Sendable {
    public var name: String
    public var plan: TeachingPlan
    public var forms: KnowledgeForms
    /// Where the common batches come from.
    public var samples: any BatchSource
    public var test: HeldOutData
    /// How many classes there are.
    public var classes: Int

    public init(
        name: String, plan: TeachingPlan, forms: KnowledgeForms, samples: any BatchSource,
        test: HeldOutData, classes: Int
    ) {
        self.name = name
        self.plan = plan
        self.forms = forms
        self.samples = samples
        self.test = test
        self.classes = classes
    }
}

/// A relay's part in a cohort: at every step it adds up what those below it say, has its parent add the
/// rest, and tells the sum to all below it.
public struct RelayRun {
    private let assembly: RelayAssembly
    private let exchange: any KnowledgeExchange
    private let checkInterruption: () throws -> Void
    private var samples: any BatchSource

    /// - Parameters:
    ///   - exchange: which reaches its parent and those below.
    ///   - checkInterruption: called before each step; throws to end the run.
    public init(
        _ assembly: RelayAssembly, exchange: any KnowledgeExchange,
        checkInterruption: @escaping () throws -> Void = {}
    ) {
        self.assembly = assembly
        self.exchange = exchange
        self.checkInterruption = checkInterruption
        samples = assembly.samples
    }

    /// Joins, and serves to the end of all steps.
    ///
    /// - Parameter start: where those would go on that are furthest back, once the exchange has joined.
    public mutating func serve(from start: () -> RelayStart) throws {
        try exchange.join()
        let (start, steps) = (start(), assembly.plan.steps(of: assembly.name))
        for step in start.first..<max(start.first, steps) {
            try checkInterruption()
            let batch = try samples.digest(at: step)
            let isTold = step >= start.firstTold
            try relay(step, .before, .after, isTold, (batch, samples.batchSize))
            let test = (assembly.test.digest, assembly.test.labels.count)
            try relay(step, .evaluation, .ensemble, isTold, test)
        }
        try exchange.finish(lastStep: max(steps, 1) - 1)
    }

    /// - Parameters:
    ///   - up: the round in which parts come.
    ///   - down: in which the sum is told.
    ///   - isTold: whether anybody below needs it.
    private func relay(
        _ step: Int, _ up: Round, _ down: Round, _ isTold: Bool,
        _ samples: (digest: UInt64, count: Int)
    ) throws {
        let (plan, name) = (assembly.plan, assembly.name)
        var sum = ProbabilitySum(shape: [samples.count, assembly.classes])
        var epoch = 0
        func gather(_ round: Round) throws {
            guard plan.isTaught(name, step: step, round: round) else { return }
            let found = try exchange.gather(
                step: step, round: round, batchDigest: samples.digest)
            epoch = found.knowledge.first?.knowledge.epoch ?? epoch
            // What cannot be used is missing in the sum.
            sum = ProbabilitySum(shape: sum.shape)
            for tensor in found.knowledge.flatMap(\.knowledge.tensors) {
                sum += try tensor.probabilitySum()
            }
        }
        func publish(_ round: Round) throws {
            guard !plan.published(by: name, step: step, round: round).isEmpty else { return }
            let tensor = KnowledgeTensor(sum, temperature: temperature(of: up))
            try exchange.publish(
                Knowledge(
                    epoch: epoch, step: step, round: round, batchDigest: samples.digest,
                    tensors: [tensor]))
        }
        try gather(up)
        try publish(up)
        guard isTold else { return }
        try gather(down)
        try publish(down)
    }

    private func temperature(of round: Round) -> Double {
        round == .before ? assembly.plan.circle(of: assembly.name)?.edge.temperature ?? 1 : 1
    }
}

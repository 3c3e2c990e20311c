import CohortGraph
import Exchange
import NeuralNetwork
import Reporting

/// What a learner must know to train: made from the configuration, the same in every run of it.
public struct LearnerAssembly: Sendable {
    public var name: String
    public var model: Model
    public var recipe: TrainingRecipe
    /// The teaching terms of its loss; none for a learner that trains alone.
    public var terms: [TeachingTerm]
    public var data: LearnerData
    /// Determines its initial weights and every random draw.
    public var key: RandomKey

    public init(
        name: String, model: Model, recipe: TrainingRecipe, terms: [TeachingTerm],
        data: LearnerData, key: RandomKey
    ) {
        self.name = name
        self.model = model
        self.recipe = recipe
        self.terms = terms
        self.data = data
        self.key = key
    }

    /// The learner before its first step.
    public var initialState: LearnerState {
        LearnerState(
            parameters: model.initialParameters(key: key.child("parameters")),
            statistics: model.initialStatistics, optimizer: recipe.optimizer)
    }
}

/// One learner's training from its first step to its last.
public struct LearnerRun {
    public private(set) var state: LearnerState
    /// The last evaluation on the test samples.
    public private(set) var evaluation: Evaluation?
    /// The accuracy of the learner and those it heard, together; nil where it heard nobody.
    public private(set) var ensembleAccuracy: Double?
    private let assembly: LearnerAssembly
    private var data: LearnerData
    private let step: LearningStep
    private let exchange: (any KnowledgeExchange)?
    private let report: (Record.Body) throws -> Void
    private let checkInterruption: () throws -> Void
    private var meter = IntervalMeter()
    private var epoch = EpochMeter()
    private var reported = Bytes()

    /// - Parameters:
    ///   - exchange: how the learner reaches its cohort; nil for one that trains alone.
    ///   - report: takes what the run has to say, as it happens.
    ///   - checkInterruption: called before each step; throws to end the run.
    public init(
        _ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?,
        report: @escaping (Record.Body) throws -> Void,
        checkInterruption: @escaping () throws -> Void = {}
    ) {
        self.assembly = assembly
        self.exchange = exchange
        self.report = report
        self.checkInterruption = checkInterruption
        data = assembly.data
        state = assembly.initialState
        step = LearningStep(
            model: assembly.model, recipe: assembly.recipe, terms: assembly.terms,
            key: assembly.key, exchange: exchange)
    }

    /// Trains to the end.
    public mutating func train() throws {
        while state.step < assembly.recipe.steps {
            try checkInterruption()
            try advance()
        }
        try exchange?.finish(lastStep: state.step - 1)
    }

    private mutating func advance() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let rate = assembly.recipe.rate(at: state.step)
        let outcome = try step(state, on: data.batches(at: state.step))
        state = outcome.state
        let duration = clock.now - start
        meter.add(outcome, took: duration)
        epoch.add(outcome, took: duration)
        if state.step.isMultiple(of: assembly.recipe.interval) || isLast {
            try reportInterval(rate: rate)
        }
        if isLast || endsEvaluationEpoch { try evaluate() }
    }

    private var isLast: Bool { state.step == assembly.recipe.steps }

    private var endsEvaluationEpoch: Bool {
        assembly.recipe.evaluationEpochs > 0 && data.clock.endsEpoch(after: state.step)
            && data.clock.epoch(after: state.step).isMultiple(of: assembly.recipe.evaluationEpochs)
    }

    private mutating func reportInterval(rate: Float) throws {
        let total = exchange.map { Bytes($0.traffic) } ?? Bytes()
        try report(
            .interval(
                meter.report(
                    step: state.step, epoch: data.clock.epoch(after: state.step - 1) + 1,
                    rate: rate,
                    bytes: (
                        received: total.received - reported.received,
                        sent: total.sent - reported.sent
                    ))))
        reported = total
        meter = IntervalMeter()
    }

    private mutating func evaluate() throws {
        let logits = assembly.model.logits(
            of: data.test.batches, parameters: state.parameters, statistics: state.statistics)
        let found = Evaluation(logits: logits, labels: data.test.labels)
        let others = try tradeEvaluation(logits)
        if !others.isEmpty {
            ensembleAccuracy =
                Evaluation(
                    ensemble: [logits] + others.map(\.logits), labels: data.test.labels
                ).accuracy
        }
        evaluation = found
        try report(
            .epoch(
                epoch.report(
                    epoch: data.clock.epoch(after: state.step - 1) + 1, step: state.step,
                    test: found, ensembleAccuracy: ensembleAccuracy,
                    members: others.isEmpty ? [] : [assembly.name] + others.map(\.name))))
        epoch = EpochMeter()
    }

    /// Shows the learner's test logits to its pupils and returns those of its teachers.
    private func tradeEvaluation(_ logits: Tensor) throws -> [(name: String, logits: Tensor)] {
        guard let exchange else { return [] }
        let digest = data.test.digest
        try exchange.publish(
            Knowledge(
                epoch: data.clock.epoch(after: state.step), step: state.step - 1,
                phase: .evaluation, batchDigest: digest, tensors: [KnowledgeTensor(logits: logits)])
        )
        let gathering = try exchange.gather(
            step: state.step - 1, phase: .evaluation, batchDigest: digest)
        return try logitsBySender(gathering).sorted { $0.key < $1.key }
            .map { (name: $0.key, logits: $0.value) }
    }
}

/// What a learner has exchanged with all its peers.
private struct Bytes {
    var received = 0
    var sent = 0

    init() {}

    init(_ traffic: [String: Traffic]) {
        received = traffic.values.reduce(0) { $0 + $1.bytesReceived }
        sent = traffic.values.reduce(0) { $0 + $1.bytesSent }
    }
}

/// Gathers what the steps since the last evaluation found on the batches that they trained on.
private struct EpochMeter {
    private var steps = 0
    private var correct = 0
    private var samples = 0
    private var loss = 0.0
    private var seconds = 0.0

    mutating func add(_ outcome: StepOutcome, took duration: Duration) {
        steps += 1
        correct += outcome.correct
        samples += outcome.samples
        loss += outcome.taskLoss
        seconds += duration.seconds
    }

    func report(
        epoch: Int, step: Int, test: Evaluation, ensembleAccuracy: Double?, members: [String]
    ) -> EpochReport {
        EpochReport(
            epoch: epoch, step: step, trainAccuracy: Double(correct) / Double(max(1, samples)),
            trainLoss: loss / Double(max(1, steps)), testAccuracy: test.accuracy,
            testNLL: test.negativeLogLikelihood, ensembleAccuracy: ensembleAccuracy,
            ensembleMembers: members, seconds: seconds)
    }
}

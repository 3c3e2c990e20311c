import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// One learner's part in a cohort, from its first step to its last: it learns for as long as its own
/// training lasts, and then teaches with frozen weights for as long as its pupils learn.
public struct LearnerRun {
    public private(set) var state: LearnerState
    /// The last evaluation on the test samples.
    public private(set) var evaluation: Evaluation?
    /// The accuracy of the learner and those it heard, together; nil where it heard nobody.
    public private(set) var ensembleAccuracy: Double?
    private let assembly: LearnerAssembly
    private var data: LearnerData
    private let step: LearningStep
    private let publisher: Publisher
    private let exchange: (any KnowledgeExchange)?
    private let report: (Record.Body) throws -> Void
    private let checkInterruption: () throws -> Void
    private var meter: IntervalMeter
    private var epoch = EpochMeter()

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
        step = LearningStep(assembly, exchange: exchange)
        publisher = Publisher(assembly, exchange: exchange)
        meter = IntervalMeter(traffic: exchange?.traffic ?? [:])
    }

    /// Trains to the end, and serves until nobody needs it any more.
    public mutating func train() throws {
        while state.step < assembly.recipe.steps {
            try checkInterruption()
            try advance()
        }
        try serve()
        try exchange?.finish(lastStep: max(assembly.plan.steps(of: assembly.name), 1) - 1)
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
        if state.step.isMultiple(of: assembly.recipe.interval)
            || state.step == assembly.recipe.steps
        {
            try reportInterval(after: state.step, rate: rate)
        }
        if assembly.plan.evaluates(assembly.name, after: state.step) {
            try evaluate()
        } else if publisher.publishes(at: state.step - 1, .evaluation) {
            // A pupil is tested at another time, and its ensemble has this learner in it.
            try publisher.show(
                logits(of: data.test), of: data.test, epoch: data.clock.epoch(after: state.step),
                step: state.step - 1, .evaluation)
        }
        try compareErrors()
    }

    private mutating func reportInterval(after step: Int, rate: Float?) throws {
        let traffic = exchange?.traffic ?? [:]
        try report(
            .interval(
                meter.report(
                    step: step, epoch: data.clock.epoch(after: step - 1) + 1, rate: rate,
                    traffic: traffic)))
        meter = IntervalMeter(traffic: traffic)
    }

    private func logits(of samples: HeldOutData) -> Tensor {
        assembly.model.logits(
            of: samples.batches, parameters: state.parameters, statistics: state.statistics)
    }

    private mutating func evaluate() throws {
        let logits = logits(of: data.test)
        let found = Evaluation(logits: logits, labels: data.test.labels)
        let others = try publisher.trade(
            logits, of: data.test, epoch: data.clock.epoch(after: state.step),
            step: state.step - 1, .evaluation)
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

    /// At the end of an epoch, measures whose errors on the validation samples go together, where a
    /// combination weighs teachers by that.
    private mutating func compareErrors() throws {
        let last = state.step - 1
        let isTaught = assembly.plan.isTaught(assembly.name, step: last, phase: .validation)
        guard let samples = data.validation,
            isTaught || publisher.publishes(at: last, .validation)
        else { return }
        let own = logits(of: samples)
        let others = try publisher.trade(
            own, of: samples, epoch: data.clock.epoch(after: state.step), step: last, .validation)
        for term in assembly.terms where term.group.edge.needsErrors {
            let teachers = term.group.from.compactMap { name in
                others.first { $0.name == name }?.logits
            }
            guard teachers.count == term.group.from.count else { continue }
            state.errorCovariances[term.name] = errorCovariance(
                of: [own] + teachers, labels: samples.labels)
        }
    }

    /// Teaches with the weights as they are, until no pupil learns any more.
    private mutating func serve() throws {
        let steps = assembly.plan.steps(of: assembly.name)
        guard state.step < steps || assembly.recipe.steps == 0 else { return }
        let test = logits(of: data.test)
        evaluation = evaluation ?? Evaluation(logits: test, labels: data.test.labels)
        let validation = data.validation.map { ($0, logits(of: $0)) }
        for step in state.step..<max(steps, state.step) {
            try checkInterruption()
            let clock = ContinuousClock()
            let start = clock.now
            let errors = try teach(at: step)
            let epoch = data.clock.epoch(after: step + 1)
            try publisher.show(test, of: data.test, epoch: epoch, step: step, .evaluation)
            if let (samples, logits) = validation {
                try publisher.show(logits, of: samples, epoch: epoch, step: step, .validation)
            }
            meter.add(codecErrors: errors, took: clock.now - start)
            if (step + 1).isMultiple(of: assembly.recipe.interval) || step + 1 == steps {
                try reportInterval(after: step + 1, rate: nil)
            }
        }
    }

    /// Publishes what the frozen weights say of the samples of a step.
    private mutating func teach(at step: Int) throws -> [String: Double] {
        let phases = [Phase.before, .after].filter { publisher.publishes(at: step, $0) }
        guard !phases.isEmpty else { return [:] }
        let batch = data.teachingBatch(at: step)
        let pass = ForwardPass(
            .evaluation, parameters: state.parameters, statistics: state.statistics,
            key: assembly.key.child("serve").child(step))
        let logits = assembly.model.network(Variable(batch.images), pass)
        let view = ModelView(logits: logits, taps: pass.taps, rows: 0..<batch.count)
        var errors: [String: Double] = [:]
        for phase in phases {
            errors.merge(try publisher.publish(view, of: batch, at: step, phase)) { $1 }
        }
        return errors
    }
}

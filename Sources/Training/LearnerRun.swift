import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// One learner's part in a cohort, from its first step to its last: it learns for as long as its own
/// training lasts, and then teaches with frozen weights for as long as its students learn.
public struct LearnerRun {
    /// Whole steps only: what a step that fails had begun is no part of it.
    public private(set) var progress: LearnerProgress
    private let assembly: LearnerAssembly
    private var data: LearnerData
    private let step: LearningStep
    private let publisher: Publisher
    private let exchange: (any KnowledgeExchange)?
    private let report: (Record.Body) throws -> Void
    private let checkInterruption: () throws -> Void
    private let stepped: (LearnerProgress) throws -> Void
    private let firstServed: Int
    private var meter: IntervalMeter
    /// How many steps early the learner teaches.
    private let lead: Int
    /// Draws the samples of earlier steps, of which something comes late.
    private var earlier: any BatchSource
    /// Those of whom it was said that what comes late is of other samples.
    private var strays: Set<String> = []

    public var state: LearnerState { progress.state }
    public var evaluation: Evaluation? { progress.evaluation }
    public var ensembleAccuracy: Double? { progress.ensembleAccuracy }

    /// - Parameters:
    ///   - exchange: how the learner reaches its cohort; nil for one that trains alone.
    ///   - progress: where to go on; nil begins.
    ///   - firstServed: the step from which it teaches when it learns no longer: what came before is
    ///     in its journal.
    ///   - report: takes what the run has to say, as it happens.
    ///   - checkInterruption: called before each step; throws to end the run.
    ///   - stepped: called when a step of learning is done, with all that belongs to it.
    public init(
        _ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?,
        from progress: LearnerProgress? = nil, firstServed: Int = 0,
        report: @escaping (Record.Body) throws -> Void,
        checkInterruption: @escaping () throws -> Void = {},
        stepped: @escaping (LearnerProgress) throws -> Void = { _ in }
    ) {
        self.assembly = assembly
        self.exchange = exchange
        self.report = report
        self.checkInterruption = checkInterruption
        self.stepped = stepped
        self.firstServed = firstServed
        lead = assembly.plan.lead(of: assembly.name)
        self.progress = progress ?? LearnerProgress(assembly.initialState)
        data = assembly.data
        earlier = data.teachingSource
        step = LearningStep(assembly, exchange: exchange)
        publisher = Publisher(assembly, exchange: exchange)
        meter = IntervalMeter(traffic: exchange?.traffic ?? [:])
    }

    /// Trains to the end, and serves until nobody needs it any more.
    public mutating func train() throws {
        while state.step < assembly.recipe.steps {
            try checkInterruption()
            try advance()
            try stepped(progress)
        }
        try serve()
        try exchange?.finish(lastStep: max(assembly.plan.steps(of: assembly.name), 1) - 1)
    }

    private mutating func advance() throws {
        let before = progress
        do { try takeStep() } catch {
            progress = before
            throw error
        }
    }

    private mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let rate = assembly.recipe.rate(at: state.step)
        let ahead = try lead == 0 ? [] : stepsAhead.map { ($0, try data.teachingBatch(at: $0)) }
        var earlier = earlier
        let outcome = try step(state, on: try data.batches(at: state.step), ahead: ahead) {
            earlier.samples(at: $0)
        }
        self.earlier = earlier
        progress.state = outcome.state
        try report(strays: outcome.strays)
        let duration = clock.now - start
        meter.add(outcome, took: duration)
        progress.epoch.add(outcome, took: duration)
        if state.step.isMultiple(of: assembly.recipe.interval)
            || state.step == assembly.recipe.steps
        {
            try reportInterval(after: state.step, rate: rate)
        }
        if assembly.plan.evaluates(assembly.name, after: state.step) {
            try evaluate()
        } else if publisher.publishes(at: state.step - 1, .evaluation) {
            // A student is tested at another time, and its ensemble has this learner in it.
            try publisher.show(
                try logits(of: data.test), of: data.test,
                epoch: data.clock.epoch(after: state.step),
                step: state.step - 1, .evaluation)
        }
        try compareErrors()
        progress.exchange = exchange?.state
    }

    /// The later steps on whose samples it teaches at this one: at its first all that nobody could
    /// teach early enough.
    private var stepsAhead: ClosedRange<Int> {
        (state.step == 0 ? 0 : state.step + lead)...(state.step + lead)
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

    private func logits(of samples: HeldOutData) throws -> Tensor {
        try assembly.model.logits(
            of: samples.batches, parameters: state.parameters, buffers: state.buffers,
            beforeBatch: checkInterruption)
    }

    private mutating func evaluate() throws {
        let logits = try logits(of: data.test)
        var late: [(sender: String, knowledge: Knowledge)] = []
        let found = Evaluation(logits: logits, labels: data.test.labels)
        let ensemble = try publisher.ensemble(
            logits, of: data.test, epoch: data.clock.epoch(after: state.step),
            step: state.step - 1, late: &late)
        try keep(late)
        if let ensemble {
            progress.ensembleAccuracy =
                Evaluation(ensemble: ensemble.sum, labels: data.test.labels).accuracy
        }
        progress.evaluation = found
        try report(
            .epoch(
                progress.epoch.report(
                    epoch: data.clock.epoch(after: state.step - 1) + 1, step: state.step,
                    test: found, ensembleAccuracy: ensembleAccuracy,
                    members: ensemble?.members ?? [])))
        progress.epoch = EpochMeter()
    }

    /// At the end of an epoch, measures whose errors on the validation samples go together, where a
    /// combination weighs teachers by that.
    private mutating func compareErrors() throws {
        let last = state.step - 1
        let isTaught = assembly.plan.isTaught(assembly.name, step: last, round: .validation)
        guard let samples = data.validation,
            isTaught || publisher.publishes(at: last, .validation)
        else { return }
        let own = try logits(of: samples)
        var late: [(sender: String, knowledge: Knowledge)] = []
        let others = try publisher.trade(
            own, of: samples, epoch: data.clock.epoch(after: state.step), step: last, .validation,
            late: &late)
        try keep(late)
        for term in assembly.terms where term.group.edge.needsErrors {
            let teachers = term.group.from.compactMap { name in
                others.first { $0.name == name }?.logits
            }
            guard teachers.count == term.group.from.count else { continue }
            progress.state.errorCovariances[term.name] = errorCovariance(
                of: [own] + teachers, labels: samples.labels)
        }
    }

    /// Keeps what came late while others were waited for.
    private mutating func keep(_ late: [(sender: String, knowledge: Knowledge)]) throws {
        try report(
            strays: progress.state.keep(late: late, for: assembly) { earlier.samples(at: $0) })
    }

    private mutating func report(strays found: Set<String>) throws {
        for name in found.subtracting(strays).sorted() {
            let problem = "what '\(name)' says late is of other samples, and is not kept"
            try report(.notice(Notice(problem, level: .warning, step: state.step)))
        }
        strays.formUnion(found)
    }

    /// Teaches with the weights as they are, until no student learns any more.
    private mutating func serve() throws {
        let steps = assembly.plan.steps(of: assembly.name)
        guard state.step < steps || assembly.recipe.steps == 0 else { return }
        let test = try logits(of: data.test)
        progress.evaluation = evaluation ?? Evaluation(logits: test, labels: data.test.labels)
        let validation = try data.validation.map { ($0, try logits(of: $0)) }
        let first = max(state.step + lead, firstServed)
        for step in first..<max(steps, first) {
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
        let rounds = [Round.before, .after].filter { publisher.publishes(at: step, $0) }
        guard !rounds.isEmpty else { return [:] }
        let batch = try data.teachingBatch(at: step)
        let pass = ForwardPass(
            .evaluation, parameters: state.parameters, buffers: state.buffers,
            key: assembly.key.child("serve").child(step))
        let logits = assembly.model.network(Variable(batch.images), pass)
        let view = ModelView(logits: logits, taps: pass.taps, rows: 0..<batch.count)
        var errors: [String: Double] = [:]
        for round in rounds {
            let published = try publisher.publish(view, of: batch, at: step, round)
            errors.merge(published.codecErrors) { $1 }
        }
        return errors
    }
}

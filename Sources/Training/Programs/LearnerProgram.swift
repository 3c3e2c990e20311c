import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// A learner: it learns for as long as its own training lasts, and then teaches with frozen weights
/// for as long as its students learn. Its step is `LearningStep`.
///
/// One whose patience has ended takes its steps as before, with all that it publishes and gathers,
/// and leaves its weights as they are: its neighbours need not know.
public struct LearnerProgram: NodeProgram {
    /// Whole steps only: a step that fails leaves nothing in it.
    var done: LearnerProgress
    let assembly: LearnerAssembly
    let context: NodeContext
    let publisher: Publisher
    private var inputs: InputPublisher?
    var data: LearnerData
    private let step: LearningStep
    private let firstServed: Int
    private var meter: IntervalMeter
    /// How many steps early the learner publishes its knowledge.
    private let lookAhead: Int
    /// Draws the samples of earlier steps, of which knowledge may arrive late.
    private var earlier: any BatchSource
    /// Teachers of whose late messages a batch mismatch was reported.
    private var batchMismatches: Set<String> = []
    /// Discriminators from which it learns nothing.
    private var silent: SilentDiscriminators
    /// Takes over when the learner's own training has ended.
    private var teaching: TeacherProgram?

    /// - Parameters:
    ///   - progress: where to go on; nil begins.
    ///   - firstServed: the step from which it teaches once its training has ended; its journal
    ///     holds what was published before.
    public init(
        _ assembly: LearnerAssembly, from progress: LearnerProgress? = nil, firstServed: Int = 0,
        _ context: NodeContext
    ) {
        self.assembly = assembly
        self.context = context
        self.firstServed = firstServed
        lookAhead = assembly.plan.deliveries.lookAhead(of: assembly.name)
        done = progress ?? LearnerProgress(assembly.initialState)
        data = assembly.data.received(over: context.exchange)
        earlier = data.teachingSource
        step = LearningStep(assembly, exchange: context.exchange)
        publisher = Publisher(assembly, exchange: context.exchange)
        inputs = InputPublisher(assembly, exchange: context.exchange)
        meter = context.beginInterval()
        silent = SilentDiscriminators(steps: assembly.training.steps)
        if assembly.tasks != nil, done.tasks == nil { done.tasks = TaskProgress() }
        rehearseExemplars()
    }

    /// How far the learner has come with its tasks.
    ///
    /// - Precondition: it meets tasks.
    var taskProgress: TaskProgress {
        get {
            guard let tasks = done.tasks else { preconditionFailure("a learner that meets tasks") }
            return tasks
        }
        set { done.tasks = newValue }
    }

    /// What a checkpoint holds: whole steps only.
    public var progress: LearnerProgress? { done }

    /// The model after whole steps, and its last evaluation.
    public var result: NodeResult? {
        NodeResult(state, done.evaluation ?? teaching?.result?.evaluation)
    }

    var state: LearnerState { done.state }

    /// To the end of its own training and of the training of every student.
    public var stepCount: Int { assembly.plan.deliveries.steps(of: assembly.name) }

    var isTrained: Bool { state.step >= assembly.training.steps || endsEarly }

    /// Whether every step is done.
    public var isDone: Bool {
        endsEarly || isTrained && (teaching?.isDone ?? (state.step >= stepCount))
    }

    /// Prepares for the first step, once all neighbours have joined.
    public mutating func begin() throws {
        // A learner that was trained in an earlier life needs no teacher's knowledge any more.
        if isTrained { try context.exchange?.checkpointed(oldest: .max, newest: .max) }
    }

    /// Takes the next step.
    public mutating func takeStep() throws {
        guard !isTrained else { return try teach() }
        let before = (done, meter)
        do { try learn() } catch let divergence as Divergence {
            let explained = divergence.explained(by: assembly, done.state, last: done.sizes)
            (done, meter) = before
            throw explained
        } catch {
            (done, meter) = before
            throw error
        }
    }

    /// Freezes the weights. The answers of the last evaluation are stored already.
    private mutating func beginTeaching() throws {
        var context = context
        context.store = { _ in }
        var teaching = TeacherProgram(
            assembly, state, from: max(state.step + lookAhead, firstServed), context, meter: meter)
        try teaching.begin()
        self.teaching = teaching
    }

    private mutating func teach() throws {
        if teaching == nil { try beginTeaching() }
        // Where the journal reaches to the end, no step is left.
        if teaching?.isDone == false { try teaching?.takeStep() }
    }

    private mutating func learn() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let isFrozen = hasStopped
        // What was put by for an update that no longer comes.
        if isFrozen { done.state.accumulated = AccumulatedGradients() }
        let rate = isFrozen ? nil : assembly.training.rate(at: state.step)
        let batches = try batches()
        let ahead =
            try lookAhead == 0
            ? [] : stepsAhead.map { ($0, try data.teachingBatch(at: $0)) }
        let outcome =
            try batches.map { batches in
                try step(state, on: batches, ahead: ahead, isFrozen: isFrozen) {
                    earlier.samples(at: $0)
                }
            } ?? StepOutcome(resting: state)
        done.state = isFrozen ? outcome.state.keepingAverages(of: state) : outcome.state
        done.sizes = outcome.sizes
        try report(batchMismatches: outcome.batchMismatches)
        let duration = clock.now - start
        meter.add(outcome, took: duration)
        done.epoch.add(outcome, took: duration)
        if state.step.isMultiple(of: assembly.training.interval) || isTrained {
            try reportInterval(rate: rate)
        }
        try keepExemplars()
        try recordAccuracies(of: evaluateWhereDue())
        if endsEarly, state.step < assembly.training.steps,
            !state.step.isMultiple(of: assembly.training.interval)
        {
            try reportInterval(rate: rate)
        }
        done.exchange = context.exchange?.state
    }

    /// The batches of the step, of which teachers without samples are sent theirs; nil where it has
    /// none.
    private mutating func batches() throws -> StepBatches? {
        let step = state.step
        let takesMade = assembly.plan.deliveries.takesMadeSamples(assembly.name, at: step)
        let found = try data.batches(at: step, takesMade: takesMade)
        let own = isJudged(at: step) ? found.flatMap(written(over:)) : nil
        try inputs?.publish(at: step, written: own?.images)
        return own.flatMap { found?.teaching(on: $0) } ?? found
    }

    /// Whether somebody else teaches the learner at a step.
    private func isJudged(at step: Int) -> Bool {
        assembly.terms.contains { term in
            term.group.from != [assembly.name]
                && assembly.plan.draws.factor(of: term.index, at: step) > 0
        }
    }

    /// What it writes in place of the samples to teach on; nil at a step that takes these.
    private func written(over batches: StepBatches) -> Batch? {
        assembly.onPolicy?.written(
            over: batches.teaching, by: assembly.model, state, key: assembly.key)
    }

    /// The later steps for whose batches it publishes at this one: at its first step all for which
    /// nobody could publish early enough.
    private var stepsAhead: ClosedRange<Int> {
        (state.step == 0 ? 0 : state.step + lookAhead)...(state.step + lookAhead)
    }

    private mutating func reportInterval(rate: Float?) throws {
        let report = try context.endInterval(
            &meter, step: state.step, epoch: data.clock.epoch(after: state.step - 1) + 1,
            rate: rate)
        silent.note(report)
        if isTrained { for notice in silent.notices { try context.report(.notice(notice)) } }
    }

    private mutating func report(batchMismatches found: Set<String>) throws {
        for name in found.subtracting(batchMismatches).sorted() {
            let problem =
                "a late message of '\(name)' is of another batch than this learner's, and is discarded"
            try context.report(.notice(Notice(problem, level: .warning, step: state.step)))
        }
        batchMismatches.formUnion(found)
    }
}

/// Evaluations between the steps.
extension LearnerProgram {
    /// - Returns: the outputs for the test samples, where they were computed.
    private mutating func evaluateWhereDue() throws -> Model.Outputs? {
        var own: Publisher.HeldOut?
        if assembly.plan.calendar.evaluates(assembly.name, after: state.step) {
            own = try evaluate()
        } else if publisher.publishes(at: state.step - 1, .evaluation) {
            // A student is tested at another step, and this learner is in its ensemble.
            let outputs = try heldOut(data.test)
            try publisher.publish(outputs, .evaluation)
            own = outputs
        }
        try compareErrors()
        return own?.outputs
    }

    /// What the weights compute of held-out samples.
    ///
    /// - Throws: ``Divergence`` where it is not finite.
    private func heldOut(_ samples: HeldOutData) throws -> Publisher.HeldOut {
        Publisher.HeldOut(
            data: samples, outputs: try answers(to: samples),
            epoch: data.clock.epoch(after: state.step), step: state.step - 1)
    }

    func outputs(of weights: ModelWeights, _ samples: HeldOutData) throws -> Model.Outputs {
        let outputs = try assembly.model.outputs(
            of: samples.batches, parameters: weights.parameters, buffers: weights.buffers,
            beforeBatch: context.checkInterruption)
        guard outputs.logits.isFinite else { throw Divergence(.heldOutputs, at: state.step - 1) }
        return outputs
    }

    /// The moving averages of the weights on the test samples, by name; nil where there is none.
    private func averages() throws -> [String: Evaluation]? {
        let found = try state.versions.filter { $0.key.average != nil }.map { version, weights in
            guard data.test.keepsAnswers else {
                return (version.suffix ?? "", try evaluation(by: weights, on: data.test))
            }
            let found = try outputs(of: weights, data.test)
            let outputs =
                assembly.tasks?.judged(found, data.test.labels, after: state.step) ?? found
            return (version.suffix ?? "", JudgedAnswers(outputs, of: data.test).evaluation)
        }
        return found.isEmpty ? nil : Dictionary(uniqueKeysWithValues: found)
    }

    /// A score of samples whose answers are not kept.
    ///
    /// - Throws: ``Divergence`` where an answer is not finite.
    func evaluation(by weights: ModelWeights, on samples: HeldOutData) throws -> Evaluation {
        let found = try assembly.model.evaluation(
            of: samples, weights, beforeBatch: context.checkInterruption)
        guard found.negativeLogLikelihood.isFinite else {
            throw Divergence(.heldOutputs, at: state.step - 1)
        }
        return found
    }

    /// - Returns: what it computed of the test samples; nil where that is not kept.
    private mutating func evaluate() throws -> Publisher.HeldOut? {
        let own = data.test.keepsAnswers ? try heldOut(data.test) : nil
        let answers = own.map { JudgedAnswers($0.outputs, of: data.test) }
        var found =
            try answers?.evaluation ?? evaluation(by: state.weightsNow, on: data.test)
        found.averages = try averages()
        let ensemble = try own.flatMap { try self.ensemble(with: $0) }
        done.evaluation = found
        let epoch = data.clock.epoch(after: state.step - 1) + 1
        try answers?.stored(step: state.step, epoch: epoch).map(context.store)
        try context.report(
            .epoch(
                done.epoch.report(
                    epoch: epoch, step: state.step, test: found, scores: answers?.scores,
                    ensembleAccuracy: done.ensembleAccuracy, members: ensemble?.members ?? [])))
        try keepIfBest(found)
        done.epoch = EpochMeter()
        return own
    }

    /// The ensemble of the learner and its teachers; its accuracy is noted.
    private mutating func ensemble(with own: Publisher.HeldOut) throws -> Publisher.Ensemble? {
        var late: [LateKnowledge] = []
        let ensemble = try publisher.ensemble(own, late: &late)
        try store(late)
        if let ensemble {
            done.ensembleAccuracy =
                Evaluation(ClassAnswers(ensemble: ensemble.sum), labels: data.test.labels).accuracy
        }
        return ensemble
    }

    /// At the end of an epoch, lets the combinations that weigh teachers by their errors on the
    /// validation samples observe these errors.
    private mutating func compareErrors() throws {
        let last = state.step - 1
        let isTaught = assembly.plan.deliveries.isTaught(
            assembly.name, step: last, round: .validation)
        guard let samples = data.validation,
            isTaught || publisher.publishes(at: last, .validation)
        else { return }
        let own = try heldOut(samples)
        let others = try publisher.trade(own, .validation)
        try store(others.late)
        for (place, term) in assembly.terms.enumerated() where term.group.edge.needsErrors {
            let teachers = term.group.from.compactMap { name in
                others.logits.first { $0.name == name }
                    .map { TeacherSummary(name: name, value: $0.logits) }
            }
            guard teachers.count == term.group.from.count else { continue }
            try term.combination.remember(
                ValidationLogits(
                    student: own.logits, teachers: teachers, labels: samples.labels),
                in: &done.state.terms[place].combination)
        }
    }

    /// Stores what arrived late while the evaluation waited.
    private mutating func store(_ late: [LateKnowledge]) throws {
        try report(
            batchMismatches: done.state.store(late: late, for: assembly.terms) {
                earlier.samples(at: $0)
            })
    }
}

import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// A node that teaches with frozen weights for as long as its students learn: a teacher from the
/// first step on, and a learner whose own training has ended.
public struct TeacherProgram: NodeProgram {
    private let assembly: LearnerAssembly
    private let weights: LearnerState
    private let context: NodeContext
    private let publisher: Publisher
    private var data: LearnerData
    private var meter: IntervalMeter
    private var step: Int
    /// The logits of the held-out samples, which stay the same.
    private var heldOut: [(data: HeldOutData, outputs: Model.Outputs, round: Round)] = []
    private var evaluation: Evaluation?

    /// - Parameters:
    ///   - weights: with which it teaches.
    ///   - first: the step from which it teaches; its journal holds what was published before.
    ///   - meter: of the interval that has begun.
    init(
        _ assembly: LearnerAssembly, _ weights: LearnerState, from first: Int,
        _ context: NodeContext, meter: IntervalMeter? = nil
    ) {
        self.assembly = assembly
        self.weights = weights
        self.context = context
        publisher = Publisher(assembly, exchange: context.exchange)
        data = assembly.data
        self.meter = meter ?? context.beginInterval()
        step = first
    }

    /// To the end of its own training and of the training of every student.
    public var stepCount: Int { assembly.plan.deliveries.steps(of: assembly.name) }

    /// Whether every step is done.
    public var isDone: Bool { step >= stepCount }

    /// The model after whole steps, and its last evaluation.
    public var result: NodeResult? { NodeResult(weights, evaluation) }

    /// Prepares for the first step, once all neighbours have joined.
    public mutating func begin() throws {
        // No teacher's knowledge is needed any more.
        try context.exchange?.checkpointed(oldest: .max, newest: .max)
        if data.test.keepsAnswers {
            let test = try outputs(of: data.test)
            let answers = JudgedAnswers(test, of: data.test)
            try answers.stored(step: 0, epoch: 0).map(context.store)
            evaluation = answers.evaluation
            heldOut = [(data.test, test, .evaluation)]
        } else {
            let found = try assembly.model.evaluation(
                of: data.test, weights.weightsNow, beforeBatch: context.checkInterruption)
            guard found.negativeLogLikelihood.isFinite else {
                throw failure(of: "held-out samples")
            }
            evaluation = found
        }
        if let validation = data.validation {
            heldOut.append((validation, try outputs(of: validation), .validation))
        }
    }

    private func outputs(of samples: HeldOutData) throws -> Model.Outputs {
        let outputs = try assembly.model.outputs(
            of: samples.batches, parameters: weights.parameters, buffers: weights.buffers,
            beforeBatch: context.checkInterruption)
        _ = try checked(outputs.logits, of: "held-out samples")
        // Its training has ended.
        return assembly.tasks?.judged(outputs, samples.labels, after: .max) ?? outputs
    }

    /// Outputs that students can use.
    ///
    /// - Throws: ``FrozenModelFailure`` where one is not finite.
    private func checked(_ logits: Tensor, of samples: String) throws -> Tensor {
        guard !logits.isFinite else { return logits }
        throw failure(of: samples)
    }

    private func failure(of samples: String) -> FrozenModelFailure {
        FrozenModelFailure(
            learner: assembly.name, samples: samples, part: weights.nonFinitePart(assembly.layout))
    }

    /// Takes the next step.
    public mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let errors = try teach()
        let epoch = data.clock.epoch(after: step + 1)
        for samples in heldOut {
            try publisher.publish(
                Publisher.HeldOut(
                    data: samples.data, outputs: samples.outputs, epoch: epoch, step: step),
                samples.round)
        }
        meter.add(codecErrors: errors, took: clock.now - start)
        step += 1
        guard step.isMultiple(of: assembly.training.interval) || isDone else { return }
        try context.endInterval(
            &meter, step: step, epoch: data.clock.epoch(after: step - 1) + 1, rate: nil)
    }

    /// Publishes the knowledge of the frozen weights of the samples of a step.
    ///
    /// - Returns: what lossy codecs cost, by the name of the tensor.
    private mutating func teach() throws -> [String: Double] {
        let rounds = assembly.plan.deliveries.batchRounds
            .filter { publisher.publishes(at: step, $0) }
        guard !rounds.isEmpty else { return [:] }
        let batch = try data.teachingBatch(at: step)
        var views: [ViewStrength: ModelView] = [:]
        var errors: [String: Double] = [:]
        for round in rounds {
            let published = try publisher.publish(of: batch, at: step, round) { offer in
                let view = try views[offer.strength] ?? self.view(of: batch, offer.strength)
                views[offer.strength] = view
                return view
            }
            errors.merge(published.codecErrors) { $1 }
        }
        return errors
    }

    /// What the frozen weights compute of a view of a batch.
    private func view(of batch: Batch, _ strength: ViewStrength) throws -> ModelView {
        let pass = ForwardPass(
            .evaluation, parameters: weights.parameters, buffers: weights.buffers,
            key: assembly.key.child("serve").child(step))
        let images =
            strength == .weak
            ? batch.images : StepBatches(own: batch).strongImages(countsOwn: false).images
        let logits = assembly.model.network(Variable(images), pass)
        _ = try checked(logits.value, of: "the batch of step \(step)")
        return ModelView(
            logits: logits, taps: pass.activations, rows: 0..<batch.count,
            rowsPerSample: assembly.model.rowsPerSample)
    }
}

/// A model with frozen weights computes outputs that are not finite.
struct FrozenModelFailure: ExitCodeError, CustomStringConvertible {
    let learner: String
    let samples: String
    /// The part of its state that is not finite, in words, if one is not.
    let part: String?

    /// As where a model in training diverges.
    var exitCode: ExitCode { .failure }

    var description: String {
        "the frozen model of '\(learner)' has outputs for \(samples) that are not finite"
            + (part.map { " (of its state: \($0))" } ?? "")
            + ": check its weights, and that its data are normalized as those that it was trained"
            + " on"
    }
}

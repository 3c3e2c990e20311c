import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// What one step found, beside the state that it leaves.
struct StepOutcome {
    var state: LearnerState
    /// The cross-entropy on the learner's own labels, in nats.
    var taskLoss: Double
    /// How many of the own samples were named right, and how many there were.
    var correct: Int
    var samples: Int
    /// What each teaching term adds to the loss.
    var terms: [String: Double] = [:]
    /// How far the learner is from each that teaches it.
    var comparisons: [String: Comparison] = [:]
    var gradientNorm: Double?
    var waited: Duration = .zero
    var waitedFor: String?
}

/// One step of one learner: forward, publish, gather, loss, backward, update.
struct LearningStep {
    let model: Model
    let recipe: TrainingRecipe
    let terms: [TeachingTerm]
    let key: RandomKey
    let exchange: (any KnowledgeExchange)?

    /// Takes the step after `state`; nothing is changed but by its result.
    func callAsFunction(
        _ state: LearnerState, on batches: StepBatches
    ) throws -> StepOutcome {
        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: state.parameters, statistics: state.statistics, tape: tape,
            key: key.child("step").child(state.step))
        let logits = model.network(Variable(batches.images), pass)
        guard logits.value.isFinite else { throw Divergence(step: state.step) }
        let teaching = logits.rows(batches.teachingRows)
        let received = try trade(teaching.value, at: state.step, batches.teaching)
        let own = logits.rows(0..<batches.own.count)
        let task = own.crossEntropy(batches.own.labels, smoothing: recipe.smoothing)
        var outcome = StepOutcome(
            state: state, taskLoss: Double(task.value.scalar),
            correct: own.value.matches(batches.own.labels), samples: batches.own.count)
        outcome.waited = received?.waited ?? .zero
        outcome.waitedFor = received?.waitedFor
        let teachers = try received.map(logitsBySender) ?? [:]
        var loss = task * recipe.taskWeight
        for term in terms {
            let value = term(teaching, received: teachers)
            outcome.terms[term.name] = Double(value.value.scalar)
            loss = loss + value
        }
        outcome.comparisons = teachers.mapValues {
            Comparison(teacher: $0, student: teaching.value)
        }
        guard loss.value.isFinite else { throw Divergence(step: state.step) }
        tape.backward(from: loss)
        outcome.state.statistics = pass.statistics
        outcome.gradientNorm = update(&outcome.state, pass.gradients(of: state.parameters))
        return outcome
    }

    /// Publishes the learner's logits and waits for those of its teachers.
    private func trade(
        _ logits: Tensor, at step: Int, _ batch: Batch
    ) throws -> Gathering? {
        guard let exchange else { return nil }
        try exchange.publish(
            Knowledge(
                epoch: batch.epoch, step: step, phase: .before, batchDigest: batch.digest,
                tensors: [KnowledgeTensor(logits: logits)]))
        return try exchange.gather(step: step, phase: .before, batchDigest: batch.digest)
    }

    /// Takes the optimiser's step.
    ///
    /// - Returns: the gradient's norm before clipping, where it is clipped.
    private func update(_ state: inout LearnerState, _ gradients: Tensor) -> Double? {
        var gradients = gradients
        let norm = recipe.clip.map { Double(gradients.clip(norm: $0)) }
        recipe.optimizer.step(
            &state.parameters, gradients: gradients, state: &state.optimizer,
            rate: recipe.rate(at: state.step))
        state.step += 1
        return norm
    }
}

/// The logits or the loss are no longer numbers.
struct Divergence: Error, CustomStringConvertible {
    let step: Int

    var description: String {
        "training diverged at step \(step), its numbers are no longer finite: lower"
            + " training.optimizer.rate or set training.clip"
    }
}

/// The logits of everyone in a gathering, by name.
func logitsBySender(_ gathering: Gathering) throws -> [String: Tensor] {
    try Dictionary(
        uniqueKeysWithValues: gathering.knowledge.map { sender, knowledge in
            guard let logits = try knowledge.logits() else {
                throw ExchangeFailure(exitCode: 76, message: "'\(sender)' sent no logits")
            }
            return (sender, logits)
        })
}

extension Tensor {
    /// How many rows have their largest element where the label says.
    func matches(_ labels: [Int]) -> Int {
        zip(argmax, labels).count { $0 == $1 }
    }
}

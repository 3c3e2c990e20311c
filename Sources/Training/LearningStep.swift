import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// One step of one learner: forward, publish, gather, loss, backward, update.
struct LearningStep {
    let assembly: LearnerAssembly
    private let publisher: Publisher
    private let exchange: (any KnowledgeExchange)?
    /// In which the learner trades sums through relays.
    private let circle: RelayCircle?
    /// How many steps early the learner teaches.
    private let lead: Int

    init(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?) {
        self.assembly = assembly
        circle = assembly.plan.circle(of: assembly.name)
        lead = assembly.plan.lead(of: assembly.name)
        self.exchange = exchange
        publisher = Publisher(assembly, exchange: exchange)
    }

    /// Takes the step after `state`; nothing is changed but by its result.
    ///
    /// - Parameters:
    ///   - ahead: the samples of later steps on which it teaches now, by their step.
    ///   - earlier: the samples of an earlier step; nil where they have no numbers.
    func callAsFunction(
        _ state: LearnerState, on batches: StepBatches,
        ahead: [(step: Int, batch: Batch)] = [], earlier: (_ step: Int) -> SampleBatch?
    ) throws -> StepOutcome {
        let tape = Tape()
        let key = assembly.key.child("step").child(state.step)
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: key)
        let edges = ForwardPass(
            .training, parameters: state.edges, buffers: Buffers.none, tape: tape,
            key: key.child("edges"))
        let logits = assembly.model.network(Variable(batches.images), pass)
        guard logits.value.isFinite else { throw Divergence(step: state.step) }
        let view = ModelView(logits: logits, taps: pass.taps, rows: batches.teachingRows)
        var outcome = StepOutcome(state: state, samples: batches.own.count)
        let published =
            try lead > 0
            ? teach(ahead, with: state)
            : publisher.publish(view, of: batches.teaching, at: state.step, .before)
        outcome.codecErrors = published.codecErrors
        let received = try gather(batches.teaching, at: state.step)
        let own = logits.rows(0..<batches.own.count)
        let task = own.crossEntropy(batches.own.taskLabels, smoothing: assembly.recipe.smoothing)
        outcome.taskLoss = Double(task.value.scalar)
        outcome.correct = own.value.matches(batches.own.taskLabels)
        (outcome.waited, outcome.waitedFor) = (received.waited, received.waitedFor)
        outcome.absent = received.absent
        outcome.strays = try outcome.state.keep(
            late: received.late, for: assembly, samples: earlier)
        try outcome.state.keep(received, of: batches.teaching, for: assembly)
        let context = LossContext(
            labels: batches.teaching.labels, epoch: batches.teaching.epoch, parameters: edges)
        let taught = try teach(
            view, of: batches.teaching, received, published.sum, context, into: &outcome)
        let loss = taught.reduce(task * assembly.recipe.taskWeight, +)
        guard loss.value.isFinite else { throw Divergence(step: state.step) }
        outcome.totalLoss = Double(loss.value.scalar)
        tape.backward(from: loss)
        outcome.state.buffers = pass.buffers
        update(&outcome, pass.gradients(of: state.parameters), edges)
        try publishAgain(outcome.state, batches, key: key)
        return outcome
    }

    /// Waits for the knowledge of both rounds that this step uses.
    private func gather(_ batch: Batch, at step: Int) throws -> ReceivedKnowledge {
        var received = ReceivedKnowledge()
        guard let exchange else { return received }
        for round in [Round.before, .after]
        where assembly.plan.isTaught(assembly.name, step: step, round: round) {
            received.add(
                try exchange.gather(step: step, round: round, batchDigest: batch.digest))
        }
        return received
    }

    /// The teaching terms of the loss; what each came to is noted.
    private func teach(
        _ view: ModelView, of batch: Batch, _ received: ReceivedKnowledge,
        _ own: ProbabilitySum?, _ context: LossContext, into outcome: inout StepOutcome
    ) throws -> [Variable] {
        var parts: [Variable] = []
        for term in assembly.terms {
            if let circle, circle.groups.contains(term.index) {
                parts += try teach(view, term, received, own, context, into: &outcome)
                continue
            }
            let step = outcome.state.step
            let planned = assembly.plan.teachers(of: term.index, at: step)
            let names = planned.filter { !received.lacks(term.offer, of: $0) }
            let factor = assembly.plan.factor(of: term.index, at: step)
            guard factor > 0 else { continue }
            let teachers = try names.map { name in
                name == assembly.name
                    ? view.detached.summary(term.offer.summary, of: term.offer.taps).value
                    : try received.tensor(term.offer, of: name)
            }
            outcome.compare(teachers, names, term, with: view)
            let banked = outcome.banked(
                term, planned.filter { !names.contains($0) }, of: batch.samples)
            guard banked.isEmpty else {
                let said = zip(names, teachers).map { SaidOfBatch($0, $1) } + banked
                parts += teach(view, term, planned, said, factor, context, into: &outcome)
                continue
            }
            guard !names.isEmpty, names.count == planned.count || !term.needsAll else {
                outcome.terms[term.name] = TermReport(value: 0, weight: 0, open: 0)
                continue
            }
            let share = term.share(of: names.count, outOf: planned.count)
            var context = context
            context.errorCovariance = outcome.state.errorCovariances[term.name]
            context.reputations = names.map {
                outcome.state.reputations[term.name]?[$0] ?? Reputation()
            }
            guard let result = term(view, teachers: teachers, factor: factor * share, context)
            else {
                outcome.terms[term.name] = TermReport(value: 0, weight: 0, open: 0)
                continue
            }
            if let reputations = result.reputations {
                let known = outcome.state.reputations[term.name] ?? [:]
                outcome.state.reputations[term.name] = known.merging(zip(names, reputations)) { $1 }
            }
            outcome.terms[term.name] = TermReport(result)
            parts += [result.value] + (result.auxiliary.map { [$0] } ?? [])
        }
        return parts
    }

    /// The term of those whose sum a relay tells, without the learner's own part.
    private func teach(
        _ view: ModelView, _ term: TeachingTerm, _ received: ReceivedKnowledge,
        _ own: ProbabilitySum?, _ context: LossContext, into outcome: inout StepOutcome
    ) throws -> [Variable] {
        let factor = assembly.plan.factor(of: term.index, at: outcome.state.step)
        guard factor > 0 else { return [] }
        var sum = try received.sum(at: term.group.edge.temperature)
        if let own { sum? -= own }
        guard let sum, sum.count > 0 else {
            outcome.terms[term.name] = TermReport(value: 0, weight: 0, open: 0)
            return []
        }
        outcome.compare(with: sum, term, with: view)
        let result = term(view, sum: sum, factor: factor, context)
        outcome.terms[term.name] = TermReport(result)
        return [result.value]
    }

    /// Takes the optimiser's step, for the model and for what the edges learn.
    private func update(
        _ outcome: inout StepOutcome, _ gradients: Tensor, _ edges: ForwardPass
    ) {
        var gradients = gradients
        let recipe = assembly.recipe
        outcome.gradientNorm = recipe.clip.map { Double(gradients.clip(norm: $0)) }
        let rate = recipe.rate(at: outcome.state.step)
        recipe.optimizer.step(
            &outcome.state.parameters, gradients: gradients, state: &outcome.state.optimizer,
            rate: rate)
        if !outcome.state.edges.slots.isEmpty {
            let byEdges = edges.gradients(of: outcome.state.edges)
            recipe.optimizer.step(
                &outcome.state.edges, gradients: byEdges, state: &outcome.state.edgeOptimizer,
                rate: rate)
        }
        outcome.state.step += 1
    }

    /// Teaches on the samples of later steps, by a forward pass whose statistics are not kept.
    private func teach(
        _ ahead: [(step: Int, batch: Batch)], with state: LearnerState
    ) throws -> Publisher.Published {
        var published = Publisher.Published()
        for (step, batch) in ahead where publisher.publishes(at: step, .before) {
            let pass = ForwardPass(
                .training, parameters: state.parameters, buffers: state.buffers,
                key: assembly.key.child("ahead").child(step))
            let logits = assembly.model.network(Variable(batch.images), pass)
            guard logits.value.isFinite else { throw Divergence(step: state.step) }
            let view = ModelView(logits: logits, taps: pass.taps, rows: 0..<batch.count)
            published = try publisher.publish(view, of: batch, at: step, .before)
        }
        return published
    }

    /// Sequential mutual learning: a second forward pass after the update, whose statistics are not
    /// kept.
    private func publishAgain(
        _ state: LearnerState, _ batches: StepBatches, key: RandomKey
    ) throws {
        let step = state.step - 1
        guard publisher.publishes(at: step, .after) else { return }
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers,
            key: key.child("after"))
        let logits = assembly.model.network(Variable(batches.images), pass)
        let view = ModelView(logits: logits, taps: pass.taps, rows: batches.teachingRows)
        _ = try publisher.publish(view, of: batches.teaching, at: step, .after)
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

extension Tensor {
    /// How many rows have their largest element where the label says.
    func matches(_ labels: [Int]) -> Int {
        zip(argmax, labels).count { $0 == $1 }
    }
}

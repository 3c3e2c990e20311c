import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// One step of one learner: forward, publish, gather, objective, backward, update.
///
/// It never changes; a class, so that what belongs to a step refers to the assembly without a copy.
final class LearningStep {
    let assembly: LearnerAssembly
    private let publisher: Publisher
    private let exchange: (any KnowledgeExchange)?

    init(_ assembly: LearnerAssembly, exchange: (any KnowledgeExchange)?) {
        self.assembly = assembly
        self.exchange = exchange
        publisher = Publisher(assembly, exchange: exchange)
    }

    /// Takes the step after `state`; nothing is changed but by its result.
    ///
    /// - Parameters:
    ///   - ahead: the batches of later steps for which the learner publishes at this step.
    ///   - isFrozen: whether the weights stay as they are, and compute as a frozen teacher's.
    ///   - samples: the samples of an earlier step, of which knowledge may arrive late; nil where
    ///     they have no numbers.
    /// - Throws: ``Divergence``, ``ExchangeFailure``.
    func callAsFunction(
        _ state: LearnerState, on batches: StepBatches,
        ahead: [(step: Int, batch: Batch)] = [], isFrozen: Bool = false,
        samples: (_ step: Int) -> SampleBatch?
    ) throws -> StepOutcome {
        let labels = batches.own.countedLabels
        var outcome = StepOutcome(state: state, samples: labels?.count ?? batches.own.count)
        outcome.isWritten = batches.own.isWritten
        let deliveries = assembly.plan.deliveries
        let isAsked = deliveries.guidesUntaught(assembly.name, at: state.step)
        let passes = StepPasses(assembly, state, learns: !isFrozen && (!isAsked || labels != nil))
        let guides = deliveries.guides(by: assembly.name, at: state.step)
        let images = guides.isEmpty ? Variable(batches.images) : passes.leaf(batches.images)
        let logits = assembly.model.network(images, passes.model)
        guard logits.value.isFinite else { throw Divergence(.outputs, at: state.step) }
        let view = ModelView(
            logits: logits, taps: passes.model.activations, rows: batches.teachingRows,
            rowsPerSample: assembly.model.rowsPerSample)
        let strong = try strongPass(batches, passes.model, state)
        let views = StepViews(view, strong: strong?.view, of: state) {
            [self] version, strength, weights in
            if version == .partner { return try partnerPass(weights, batches, passes.key, state) }
            if strength == .strong {
                let seen = batches.strongImages(countsOwn: assembly.countsStrongTask)
                return try assembly.view(
                    of: seen.images, rows: seen.rows, weights, as: version, at: state.step,
                    key: passes.key.child("strong").child(version.suffix ?? ""))
            }
            // A snapshot is the learner at another time. An average is a second learner, whose
            // images and dropout are drawn anew.
            let isAnother = version.average != nil
            return try assembly.view(
                of: isAnother ? batches.redrawnImages : batches.images,
                rows: batches.teachingRows, weights, as: version, at: state.step,
                key: isAnother ? passes.key.child(version.suffix ?? "") : passes.key)
        }

        let published = try publisher.publish(views, of: batches.teaching, ahead, with: state)
        outcome.codecErrors = published.codecErrors
        // The task loss is computed while messages travel.
        let task = taskLoss(logits, strong: strong?.logits, batches.own, labels, &outcome)
        let received = try gather(batches.teaching, at: state.step)
        try outcome.store(received, for: assembly.terms, samples)

        let terms = try teach(views, batches, received, published.sum, passes, &outcome)
        let loss = assembly.objective(task: task, terms.losses, passes.edges)
        outcome.totalLoss = Double(terms.auxiliaries.values.reduce(loss, +).value.scalar)
        try check(outcome, loss, terms)
        if !isFrozen, assembly.training.comparesGradients(at: state.step), !terms.losses.isEmpty {
            let found = passes.compareGradients(
                task: labels.map { _ in task }, terms.losses, of: assembly.objective)
            outcome.note(found, of: assembly.terms)
        }

        for (version, moments) in views.ownMoments {
            outcome.state.versions[version]?.buffers = moments
        }
        let learns = !isFrozen && (labels != nil || !terms.losses.isEmpty)
        let gradients = passes.backward(
            from: learns ? loss : nil, terms.auxiliaries, keepsRecord: !guides.isEmpty)
        try passes.commit(gradients, to: &outcome)
        try publisher.publishUpdated(outcome.state, batches)
        if !guides.isEmpty {
            try answer(guides, passes.adjoint(of: view, images, batches), batches, at: state.step)
        }
        return outcome
    }

    /// Carries a generator's gradient on to the samples that it made.
    private func answer(
        _ guides: [String], _ pass: AdjointAnswer.Pass, _ batches: StepBatches, at step: Int
    ) throws {
        guard let exchange, let generator = assembly.plan.deliveries.graph.generator else {
            preconditionFailure("who guides a generator reaches it")
        }
        let answer = AdjointAnswer(
            name: assembly.name, generator: generator, offers: assembly.offers, exchange: exchange)
        let batch = batches.teaching
        try answer(guides, through: pass, at: (step, batch.digest, batch.epoch))
    }

    /// What the learner shows of the strong view of the samples, on the tape; nil where neither a
    /// term nor the task loss looks at it.
    ///
    /// The samples pass apart from those of the other view, as in the code of *Multi-level Logit
    /// Distillation*: batch normalization takes the moments of either view. The running moments
    /// follow the strong view too where the task loss counts it.
    private func strongPass(
        _ batches: StepBatches, _ pass: ForwardPass, _ state: LearnerState
    ) throws -> (logits: Variable, view: ModelView)? {
        let countsTask = assembly.countsStrongTask
        guard
            countsTask
                || assembly.terms.contains(where: { $0.group.edge.augmentation.to == .strong })
        else { return nil }
        let seen = batches.strongImages(countsOwn: countsTask)
        let logits = pass.again(movesMoments: countsTask) {
            assembly.model.network(Variable(seen.images), $0)
        }
        guard logits.value.isFinite else { throw Divergence(.outputs, at: state.step) }
        let view = ModelView(
            logits: logits, taps: pass.activations, rows: seen.rows,
            rowsPerSample: assembly.model.rowsPerSample)
        return (logits, view)
    }

    /// What the weights of the step show of another sample of each sample's class.
    ///
    /// The pass is apart from that of the batch, so that batch normalization has moments of either;
    /// its running moments are not kept.
    private func partnerPass(
        _ weights: ModelWeights, _ batches: StepBatches, _ key: RandomKey, _ state: LearnerState
    ) throws -> VersionPass {
        let key = key.child("partner")
        guard let images = batches.teaching.partners?(key) else {
            preconditionFailure("the batches of a term that asks for partners draw them")
        }
        return try assembly.view(
            of: images, rows: 0..<images.shape[0], weights, as: .partner, at: state.step, key: key)
    }

    /// task weight · cross-entropy on the learner's own labels, and the same of their strong view
    /// where that counts; 0 where its samples have none.
    private func taskLoss(
        _ logits: Variable, strong: Variable?, _ own: Batch, _ labels: [Int]?,
        _ outcome: inout StepOutcome
    ) -> Variable {
        guard let labels else { return Variable(Tensor(0)) }
        let step = outcome.state.step
        let compared = compared(logits, own, labels, at: step)
        let task = labelLoss(compared, labels, of: own)
        outcome.taskLoss = Double(task.value.scalar)
        outcome.correct = compared.value.matches(own.mixed?.chief(of: labels) ?? labels)
        let weight = assembly.training.taskWeight(at: step)
        outcome.sizes.task = outcome.taskLoss * Double(weight)
        guard assembly.countsStrongTask, let strong else { return task * weight }
        let second = labelLoss(self.compared(strong, own, labels, at: step), labels, of: own)
        let strongWeight = assembly.training.strongTaskWeight(at: step)
        outcome.sizes.task =
            outcome.taskLoss * Double(weight) + Double(second.value.scalar) * Double(strongWeight)
        return task * weight + second * strongWeight
    }

    /// The loss on the labels of a batch; of mixed samples on both labels of each, by their shares.
    private func labelLoss(_ logits: Variable, _ labels: [Int], of own: Batch) -> Variable {
        let loss = assembly.training.labelLoss(logits, labels)
        guard let mixed = own.mixed else { return loss }
        let other = assembly.training.labelLoss(logits, mixed.labels)
        return loss * mixed.share + other * (1 - mixed.share)
    }

    /// The logits of the learner's own samples that the labels' loss compares: the rows that count.
    private func compared(
        _ logits: Variable, _ own: Batch, _ labels: [Int], at step: Int
    ) -> Variable {
        let rows = logits.rows(0..<own.count * assembly.model.rowsPerSample)
        let plain = own.counted.map { rows.selecting(rows: $0) } ?? rows
        return assembly.tasks?.compared(plain, labels, at: step) ?? plain
    }

    /// Refuses a loss that is not finite.
    ///
    /// - Throws: ``Divergence`` that names the part.
    private func check(_ outcome: StepOutcome, _ loss: Variable, _ terms: Terms) throws {
        guard !loss.value.isFinite || !outcome.totalLoss.isFinite else { return }
        let sizes = outcome.sizes
        let auxiliary = terms.auxiliaries.first { !$0.value.value.isFinite }?.key
        let cause: Divergence.Cause =
            if !sizes.unboundedTerms.isEmpty {
                .terms(sizes.unboundedTerms, teachers: terms.largestTarget)
            } else if sizes.task?.isFinite == false {
                .task
            } else if let auxiliary {
                .auxiliary(term: auxiliary)
            } else {
                .objective
            }
        throw Divergence(cause, at: sizes.step, sizes)
    }

    /// What the teaching terms of a step came to.
    private struct Terms {
        var losses: [TermLoss] = []
        /// The auxiliary scalars of the terms that have one, by term.
        var auxiliaries: [String: Variable] = [:]
        /// The largest value of the teachers of terms that are not finite.
        var largestTarget: Float?
    }

    /// Waits for the knowledge of every round of the batch that this step uses.
    private func gather(_ batch: Batch, at step: Int) throws -> ReceivedKnowledge {
        var received = ReceivedKnowledge()
        guard let exchange else { return received }
        let deliveries = assembly.plan.deliveries
        for round in deliveries.batchRounds
        where deliveries.isTaught(assembly.name, step: step, round: round) {
            received.add(
                try exchange.gather(step: step, round: round, batchDigest: batch.digest),
                of: deliveries.graph.original)
        }
        return received
    }

    private func teach(
        _ views: StepViews, _ batches: StepBatches, _ received: ReceivedKnowledge,
        _ ownSum: ProbabilitySum?, _ passes: StepPasses, _ outcome: inout StepOutcome
    ) throws -> Terms {
        var terms = Terms()
        let before = outcome.state
        let step = before.step
        let tasks = assembly.tasks?.context(at: step)
        for (place, term) in assembly.terms.enumerated() {
            let factor = assembly.plan.draws.factor(of: term.index, at: step)
            guard factor > 0 else { continue }
            let request = TargetRequest(
                learner: assembly.name, batch: batches.teaching, views: views,
                model: assembly.model, state: before, received: received, ownSum: ownSum,
                teachers: assembly.plan.draws.teachers(of: term.index, at: step),
                strength: term.group.edge.augmentation.to)
            // A loss of responses takes every row of them, one of other places every sample, which
            // has no label of its own where each of its rows has one.
            let rows = assembly.model.rowsPerSample
            let takesRows = term.loss.summary == .logits
            var context = LossContext(
                labels: takesRows || rows == 1 ? batches.teaching.teachingLabels : nil,
                samples: batches.teaching.numbers(rowsPerSample: takesRows ? rows : 1),
                key: passes.key.child(term.name), noise: noise(of: term),
                epoch: batches.teaching.epoch, step: step,
                parameters: passes.pass(of: term.name))
            context.imitation = passes.edges
            context.replica = term.replica
            if term.replica != nil { context.images = batches.teaching.images }
            context.tasks = tasks
            let result = try term(
                request, factor: factor, context, memory: &outcome.state.terms[place])
            outcome.note(term, result)
            terms.auxiliaries[term.name] = result.auxiliary
            if !result.parts.isEmpty {
                terms.losses.append(TermLoss(place: place, parts: result.parts))
            }
            if let largest = result.largestTarget {
                terms.largestTarget = max(largest, terms.largestTarget ?? 0)
            }
        }
        return terms
    }

    /// The key of the noise of a term that counts votes; nil for others.
    private func noise(of term: TeachingTerm) -> NoiseKey? {
        term.combination.traits.contains(.countsVotes) ? assembly.noise.child(term.name) : nil
    }
}

extension Tensor {
    /// How many rows have their largest element at their label.
    func matches(_ labels: [Int]) -> Int {
        zip(argmax, labels).count { $0 == $1 }
    }
}

extension LearnerAssembly {
    /// Whether the task loss counts the strong view of the samples.
    var countsStrongTask: Bool { training.strongTaskWeight > 0 && training.steps > 0 }
}

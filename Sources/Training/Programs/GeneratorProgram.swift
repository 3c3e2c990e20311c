import Bytes
import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// A generator: at each step it makes samples of random numbers and sends them to everyone who
/// teaches or learns on them; at its own steps it learns from the gradients in them.
///
/// It computes the gradient of its objective in what the others publish of the samples, and sends
/// it to them; each carries it on through its own model and sends back the gradient in the samples.
public struct GeneratorProgram: NodeProgram {
    private let assembly: LearnerAssembly
    private let context: NodeContext
    private let exchange: any KnowledgeExchange
    /// Whole steps only: a step that fails leaves nothing in it.
    private var done: LearnerProgress
    private var meter: IntervalMeter
    /// Steps whose samples are made of the same random numbers.
    private let repeats: Int

    /// - Parameter progress: where to go on; nil begins.
    /// - Precondition: it has an exchange, as whoever makes samples for others does.
    init(_ assembly: LearnerAssembly, from progress: LearnerProgress?, _ context: NodeContext) {
        guard let exchange = context.exchange else {
            preconditionFailure("a generator has an exchange")
        }
        self.assembly = assembly
        self.context = context
        self.exchange = exchange
        done = progress ?? LearnerProgress(assembly.initialState)
        meter = IntervalMeter(traffic: exchange.traffic)
        repeats =
            assembly.guides.compactMap(\.group.edge.schedule.turn).first { $0.repeatsSamples }?
            .cycle ?? 1
    }

    private var deliveries: Deliveries { assembly.plan.deliveries }

    /// As long as it learns, and as long as those learn that it makes samples for.
    public var stepCount: Int { deliveries.steps(of: assembly.name) }

    /// Whether every step is done.
    public var isDone: Bool { done.state.step >= stepCount }

    /// What a checkpoint holds: whole steps only.
    public var progress: LearnerProgress? { done }

    /// The weights after whole steps; there are no test samples of what it makes.
    public var result: NodeResult? { NodeResult(done.state, nil) }

    /// Prepares for the first step, once all neighbours have joined.
    public mutating func begin() {}

    /// Takes the next step.
    public mutating func takeStep() throws {
        let clock = ContinuousClock()
        let start = clock.now
        let step = done.state.step
        let outcome = try outcome(of: step)
        done.state = outcome.state
        done.exchange = exchange.state
        meter.add(outcome, took: clock.now - start)
        guard done.state.step.isMultiple(of: assembly.training.interval) || isDone else { return }
        let traffic = exchange.traffic
        try context.report(
            .interval(
                meter.report(
                    step: done.state.step, epoch: epoch(at: step) + 1,
                    rate: assembly.training.rate(at: step), traffic: traffic)))
        meter = IntervalMeter(traffic: traffic)
    }

    private func epoch(at step: Int) -> Int { assembly.data.clock.epoch(after: step) }

    /// One step: samples, and where it is the generator's turn an update.
    private func outcome(of step: Int) throws -> StepOutcome {
        let state = done.state
        var outcome = StepOutcome(state: state, samples: assembly.data.teachingSource.batchSize)
        let learns = deliveries.generatorLearns(at: step)
        let tape = learns ? Tape() : nil
        let pass = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
            key: assembly.key.child("step").child(step))
        let made = assembly.model.network(Variable(numbers(of: step)), pass)
        guard made.value.isFinite else { throw Divergence(.outputs, at: step) }
        let digest = try publish(made.value, at: step)
        if let tape {
            let gradient = try gradient(
                in: made.value, at: (step, digest, epoch(at: step)), &outcome)
            tape.backward(from: (made * Variable(gradient)).sum())
            try update(&outcome, by: pass, state)
        }
        outcome.state.buffers = pass.buffers
        outcome.state.step += 1
        return outcome
    }

    /// The random numbers N×latent of a step, of the standard normal distribution.
    private func numbers(of step: Int) -> Tensor {
        let shape = [assembly.data.teachingSource.batchSize] + assembly.model.input
        let key = assembly.key.child("numbers").child(step / repeats)
        let values = (0..<shape.reduce(1, *)).map { key.normal(at: $0) }
        return Tensor(shape: [shape[0], shape.dropFirst().reduce(1, *)], values: values)
    }

    /// - Returns: the digest that identifies the batch.
    private func publish(_ samples: Tensor, at step: Int) throws -> UInt64 {
        let tensor = KnowledgeTensor(made: samples, by: assembly.name)
        let digest = tensor.bytesDigest
        let round = Round.inputs(ahead: 0)
        if !deliveries.published(by: assembly.name, step: step, round: round).isEmpty {
            try exchange.publish(
                Knowledge(
                    epoch: epoch(at: step), step: step, round: round, batchDigest: digest,
                    tensors: [tensor]))
        }
        return digest
    }

    /// The gradient of the objective in the samples, by what the others send back.
    private func gradient(
        in samples: Tensor, at position: (step: Int, digest: UInt64, epoch: Int),
        _ outcome: inout StepOutcome
    ) throws -> Tensor {
        let tape = Tape()
        let shown = try shown(at: position.step, digest: position.digest, on: tape)
        try exchange.publish(
            Knowledge(
                epoch: position.epoch, step: position.step, round: .adjoints,
                batchDigest: position.digest, tensors: try adjoints(in: shown, on: tape, &outcome)))
        let name = KnowledgeTensor.adjointName(
            of: KnowledgeTensor.madeSamplesName(by: assembly.name), for: assembly.name)
        let found = try exchange.gather(
            step: position.step, round: .returnedAdjoints, batchDigest: position.digest)
        var sum = Tensor(repeating: 0, shape: samples.shape)
        for guide in Set(shown.keys.map(\.guide)).sorted() {
            let knowledge = try found.required(
                from: guide, "the gradient of step \(position.step)")
            guard let tensor = knowledge.tensors.first(where: { $0.name == name }) else { continue }
            sum.add(Tensor(shape: tensor.shape, values: try tensor.values()))
        }
        return sum
    }

    /// A tensor that a node published.
    private struct Place: Hashable {
        var guide: String
        var tensor: String
    }

    /// What the others published of the samples of a step, each a leaf of one tape.
    private func shown(
        at step: Int, digest: UInt64, on tape: Tape
    ) throws -> [Place: Variable] {
        let found = try exchange.gather(step: step, round: .before, batchDigest: digest)
        var shown: [Place: Variable] = [:]
        for term in guiding(at: step) {
            for guide in term.group.from {
                let place = Place(guide: guide, tensor: term.offer.name)
                guard shown[place] == nil else { continue }
                let knowledge = try found.required(
                    from: guide, "what it computed of the samples of step \(step)")
                guard let tensor = knowledge.tensors.first(where: { $0.name == term.offer.name })
                else { continue }
                shown[place] = tape.leaf(try term.offer.received(tensor))
            }
        }
        return shown
    }

    private func guiding(at step: Int) -> [GuideTerm] {
        assembly.guides.filter { assembly.plan.draws.factor(of: $0.index, at: step) > 0 }
    }

    /// The gradients of the objective in what was shown.
    ///
    /// - Throws: ``Divergence`` where a term is not finite.
    private func adjoints(
        in shown: [Place: Variable], on tape: Tape, _ outcome: inout StepOutcome
    ) throws -> [KnowledgeTensor] {
        let step = outcome.state.step
        var objective = Variable(Tensor(0))
        for term in guiding(at: step) {
            let weight =
                term.group.edge.weight * assembly.plan.draws.factor(of: term.index, at: step)
            let sides = term.group.from.compactMap {
                shown[Place(guide: $0, tensor: term.offer.name)]
            }
            let part = term.loss(sides) * Float(weight)
            let value = Double(part.value.scalar)
            outcome.terms[term.name] = TermReport(value: value, weight: weight, open: 1)
            outcome.sizes.terms.append(
                LossSizes.Term(name: term.name, value: value, weight: weight))
            objective = objective + part
        }
        outcome.totalLoss = Double(objective.value.scalar)
        guard outcome.totalLoss.isFinite else {
            throw Divergence(
                .terms(outcome.sizes.unboundedTerms, teachers: nil), at: step, outcome.sizes)
        }
        if objective.needsGradient { tape.backward(from: objective) }
        let places = shown.sorted {
            ($0.key.guide, $0.key.tensor) < ($1.key.guide, $1.key.tensor)
        }
        return places.map { place, variable in
            KnowledgeTensor(
                adjoint: variable.gradient ?? Tensor(repeating: 0, shape: variable.shape),
                of: place.tensor, for: place.guide)
        }
    }

    /// Takes the optimiser's step.
    ///
    /// - Throws: ``Divergence`` where the norm that clipping needs is not finite.
    private func update(
        _ outcome: inout StepOutcome, by pass: ForwardPass, _ state: LearnerState
    ) throws {
        var gradients = [pass.gradients(of: state.parameters)]
        outcome.gradientNorm = assembly.training.clip.map { Double(gradients.clip(norm: $0)) }
        guard outcome.gradientNorm?.isFinite != false else {
            throw Divergence(.gradient, at: state.step, outcome.sizes)
        }
        assembly.training.optimizer.step(
            &outcome.state.parameters, gradients: gradients[0], state: &outcome.state.optimizer,
            rate: assembly.training.rate(at: state.step))
    }
}

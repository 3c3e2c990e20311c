import Bytes
import Distillation
import NeuralNetwork

/// The forward passes of one step over one tape: of the model, and of each parameter group beside
/// it.
struct StepPasses {
    let model: ForwardPass
    /// Determines the random draws of the step.
    let key: RandomKey
    private let groups: [(group: ParameterGroup, pass: ForwardPass)]
    private let state: LearnerState
    private let tape = Tape()
    private let training: TrainingPlan
    /// The model's parameters that stay as they are.
    private let frozen: [ParameterSlot]

    /// - Parameter learns: whether the model is to learn; else it computes as in evaluation, and
    ///   its parameters are constants.
    init(_ assembly: borrowing LearnerAssembly, _ state: LearnerState, learns: Bool = true) {
        self.state = state
        training = assembly.training
        frozen = assembly.model.frozen
        let key = assembly.key.child("step").child(state.step)
        self.key = key
        model = ForwardPass(
            learns ? .training : .evaluation, parameters: state.parameters, buffers: state.buffers,
            tape: learns ? tape : nil, key: key)
        let tape = tape
        groups = zip(assembly.groups, state.groups).map { group, state in
            let pass = ForwardPass(
                .training, parameters: state.parameters, buffers: state.buffers, tape: tape,
                key: key.child(group.name))
            return (group, pass)
        }
    }

    /// What the edges and the objective learn.
    var edges: ForwardPass { groups[0].pass }

    /// What a teaching term learns: its own group, or that of the edges.
    func pass(of term: String) -> ForwardPass {
        groups.first { $0.group.goal == .auxiliary(term: term) }?.pass ?? edges
    }

    /// A value whose gradient is wanted as those of the parameters are.
    func leaf(_ value: Tensor) -> Variable { tape.leaf(value) }

    /// What is left of the step for a gradient that arrives after the update.
    func adjoint(
        of view: ModelView, _ images: Variable, _ batches: StepBatches
    ) -> AdjointAnswer.Pass {
        images.clearGradient()
        model.settle()
        return AdjointAnswer.Pass(
            view: view, images: images, rows: batches.teachingRows, tape: tape)
    }

    /// The gradients of one step; nil of what nothing is learned for.
    struct Gradients {
        var model: Tensor?
        /// Of each group beside it, in the order of the groups.
        var groups: [Tensor?]

        /// Scales all down to one norm over everything that the model's optimiser updates.
        ///
        /// - Parameter spared: the places of the groups that have an optimiser of their own.
        /// - Returns: the norm before.
        mutating func clip(norm: Float, sparing spared: Set<Int>) -> Double {
            let places = groups.indices.filter { !spared.contains($0) && groups[$0] != nil }
            var all = ([model] + places.map { groups[$0] }).compactMap(\.self)
            let before = all.clip(norm: norm)
            var clipped = all.makeIterator()
            model = model.flatMap { _ in clipped.next() }
            for place in places { groups[place] = clipped.next() }
            return Double(before)
        }
    }

    /// Computes the gradient of the objective in the model and the groups that minimise it, and of
    /// each auxiliary scalar in the group that minimises that. A group whose term has no such
    /// scalar at this step learns nothing.
    ///
    /// - Parameters:
    ///   - loss: nil where nothing is learned: the step has no labels, and no term takes part.
    ///   - keepsRecord: whether the gradient of something else will follow.
    func backward(
        from loss: Variable?, _ auxiliaries: [String: Variable], keepsRecord: Bool = false
    ) -> Gradients {
        let own = groups.indices.map { place -> Tensor? in
            guard case .auxiliary(let term) = groups[place].group.goal,
                let scalar = auxiliaries[term]
            else { return nil }
            tape.backward(from: scalar, keepsRecord: true)
            defer { clearGradients() }
            return gradients(ofGroup: place)
        }
        // A constant, as the loss of terms in a warm-up alone, has no gradient.
        if let loss, loss.needsGradient { tape.backward(from: loss, keepsRecord: keepsRecord) }
        return Gradients(
            model: loss.map { _ in model.gradients(of: state.parameters) },
            groups: groups.indices.map { place in
                guard groups[place].group.goal == .objective else { return own[place] }
                return loss.map { _ in gradients(ofGroup: place) }
            })
    }

    /// Computes the gradient of each part of the loss apart, by a pass back for each, and changes
    /// nothing: what ``backward(from:_:keepsRecord:)`` computes after it has the same bits.
    ///
    /// - Parameter task: nil where the step has no labels.
    func compareGradients(
        task: Variable?, _ terms: [TermLoss], of objective: any Objective
    ) -> GradientComparison {
        let constants = ForwardPass(
            .training, parameters: state.groups[0].parameters, buffers: state.groups[0].buffers,
            key: key)
        return GradientComparison(
            task: task, terms,
            by: objective.factors(task: task ?? Variable(Tensor(0)), terms, constants),
            gradient: gradient)
    }

    /// The gradient of a scalar in the model's parameters, after which the record stays, and no
    /// gradient in what is learned.
    private func gradient(of scalar: Variable) -> Tensor {
        if scalar.needsGradient { tape.backward(from: scalar, keepsRecord: true) }
        defer { clearGradients() }
        return model.gradients(of: state.parameters)
    }

    private func gradients(ofGroup place: Int) -> Tensor {
        groups[place].pass.gradients(of: state.groups[place].parameters)
    }

    /// What a group's scalar leaves elsewhere is no gradient of another's.
    private func clearGradients() {
        model.clearGradients()
        for (_, pass) in groups { pass.clearGradients() }
    }

    /// Takes the optimisers' steps, the model's first, and ends the step. Where several batches
    /// make one update, the model's is taken at the last of them.
    ///
    /// What nothing is learned for stays as it is: neither momentum nor decay moves it.
    ///
    /// - Throws: ``Divergence`` where the norm that clipping needs is not finite.
    func commit(_ gradients: Gradients, to outcome: inout StepOutcome) throws {
        outcome.state.buffers = model.buffers
        start(&outcome.state, gradients)
        var (gradients, leftOut) = (gradients, model.leftOut)
        let spared = Set(groups.indices.filter { groups[$0].group.training != nil })
        let step = outcome.state.step
        let isDue = training.habits.updates(at: step, of: training.steps)
        if training.habits.accumulate != nil {
            gradients.collect(
                in: &outcome.state.accumulated, &leftOut, isDue: isDue, sparing: spared)
        }
        outcome.gradientNorm = training.clip.flatMap {
            isDue ? gradients.clip(norm: $0, sparing: spared) : nil
        }
        guard outcome.gradientNorm?.isFinite != false else {
            throw Divergence(.gradient, at: step, outcome.sizes)
        }
        let rate = training.rate(at: step)
        if let gradient = gradients.model {
            update(&outcome.state, along: gradient, rate, leaving: leftOut)
        }
        for (place, (group, _)) in groups.enumerated() where !group.slots.isEmpty {
            guard let gradient = gradients.groups[place] else { continue }
            let own = group.training
            outcome.state.groups[place].step(
                by: own?.optimizer ?? training.optimizer, gradient,
                rate: own?.rate(at: step, of: training.steps) ?? rate)
        }
        outcome.state.step += 1
        outcome.state.refreshVersions()
    }

    /// Stores what the passes of the step have begun and moved, of all that has a gradient.
    private func start(_ next: inout LearnerState, _ gradients: Gradients) {
        for (place, (group, pass)) in groups.enumerated()
        where !group.slots.isEmpty && gradients.groups[place] != nil {
            next.groups[place].buffers = pass.buffers
        }
        guard gradients.model != nil else { return }
        for (number, value) in model.started {
            next.parameters[state.parameters.slots[number]] = value
        }
    }

    /// Takes the optimiser's step of the model.
    ///
    /// - Parameter leftOut: the parameters that stay as they are.
    private func update(
        _ next: inout LearnerState, along gradient: Tensor, _ rate: Float,
        leaving leftOut: Set<Int>
    ) {
        training.optimizer.step(
            &next.parameters, gradients: gradient, state: &next.optimizer, rate: rate,
            leaving: leftOut.sorted().map { state.parameters.slots[$0] })
        for slot in frozen { next.parameters[slot] = state.parameters[slot] }
    }
}

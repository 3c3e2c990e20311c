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

    init(_ assembly: borrowing LearnerAssembly, _ state: LearnerState) {
        self.state = state
        training = assembly.training
        frozen = assembly.model.frozen
        let key = assembly.key.child("step").child(state.step)
        self.key = key
        model = ForwardPass(
            .training, parameters: state.parameters, buffers: state.buffers, tape: tape, key: key)
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

    /// The gradients of one step.
    struct Gradients {
        var model: Tensor
        /// Of each group beside it, in the order of the groups.
        var groups: [Tensor]

        /// Scales all down to one norm over everything that the step updates.
        ///
        /// - Returns: the norm before.
        mutating func clip(norm: Float) -> Double {
            var all = [model] + groups
            let before = all.clip(norm: norm)
            (model, groups) = (all[0], Array(all.dropFirst()))
            return Double(before)
        }
    }

    /// Computes the gradient of the objective in the model and the groups that minimise it, and of
    /// each auxiliary scalar in the group that minimises that.
    func backward(from loss: Variable, _ auxiliaries: [String: Variable]) -> Gradients {
        let own = groups.indices.map { place -> Tensor? in
            guard case .auxiliary(let term) = groups[place].group.goal else { return nil }
            if let scalar = auxiliaries[term] { tape.backward(from: scalar, keepsRecord: true) }
            defer { clearGradients() }
            return gradients(ofGroup: place)
        }
        // A constant, as the loss of terms in a warm-up alone, has no gradient.
        if loss.needsGradient { tape.backward(from: loss) }
        return Gradients(
            model: model.gradients(of: state.parameters),
            groups: groups.indices.map { own[$0] ?? gradients(ofGroup: $0) })
    }

    private func gradients(ofGroup place: Int) -> Tensor {
        groups[place].pass.gradients(of: state.groups[place].parameters)
    }

    /// What a group's scalar leaves elsewhere is no gradient of another's.
    private func clearGradients() {
        model.clearGradients()
        for (_, pass) in groups { pass.clearGradients() }
    }

    /// Takes the optimisers' steps, the model's first, and ends the step.
    ///
    /// - Parameter finished: terms whose own groups are not stepped: neither momentum nor decay
    ///   moves them.
    /// - Throws: ``Divergence`` where the norm that clipping needs is not finite.
    func commit(
        _ gradients: Gradients, to outcome: inout StepOutcome, except finished: Set<String>
    ) throws {
        var gradients = gradients
        outcome.gradientNorm = training.clip.map { gradients.clip(norm: $0) }
        guard outcome.gradientNorm?.isFinite != false else {
            throw Divergence(.gradient, at: state.step, outcome.sizes)
        }
        outcome.state.buffers = model.buffers
        for (number, value) in model.started {
            outcome.state.parameters[state.parameters.slots[number]] = value
        }
        let rate = training.rate(at: outcome.state.step)
        training.optimizer.step(
            &outcome.state.parameters, gradients: gradients.model, state: &outcome.state.optimizer,
            rate: rate)
        for slot in frozen { outcome.state.parameters[slot] = state.parameters[slot] }
        for (place, (group, pass)) in groups.enumerated() where !group.slots.isEmpty {
            if case .auxiliary(let term) = group.goal, finished.contains(term) { continue }
            outcome.state.groups[place].buffers = pass.buffers
            outcome.state.groups[place].step(
                by: training.optimizer, gradients.groups[place], rate: rate)
        }
        outcome.state.step += 1
        outcome.state.refreshVersions()
    }
}

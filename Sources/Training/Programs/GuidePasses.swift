import Bytes
import Distillation
import NeuralNetwork

/// What the terms of a generator's objective learn themselves at one step, over the step's tape.
struct GuidePasses {
    private let assembly: LearnerAssembly
    private let key: RandomKey
    private let passes: [(place: Int, group: ParameterGroup, pass: ForwardPass)]

    /// - Parameter state: in which the step begins.
    init(_ assembly: LearnerAssembly, _ state: LearnerState, on tape: Tape) {
        let key = assembly.key.child("step").child(state.step)
        (self.assembly, self.key) = (assembly, key)
        passes = zip(assembly.groups, state.groups).enumerated().compactMap { place, group in
            guard !group.0.slots.isEmpty else { return nil }
            let pass = ForwardPass(
                .training, parameters: group.1.parameters, buffers: group.1.buffers, tape: tape,
                key: key.child(group.0.name))
            return (place, group.0, pass)
        }
    }

    /// What a term is given besides what nodes show.
    func context(of term: GuideTerm) -> GuideContext {
        let own = passes.first { $0.group.goal == .auxiliary(term: term.name) }
        return GuideContext(parameters: own?.pass, key: key.child(term.name))
    }

    /// Takes the step of each group along the gradient that the objective left.
    func commit(to state: inout LearnerState) {
        let training = assembly.training
        for (place, group, pass) in passes {
            let rate = training.rate(at: state.step)
            state.groups[place].step(
                by: group.training?.optimizer ?? training.optimizer,
                pass.gradients(of: state.groups[place].parameters),
                rate: group.training?.rate(at: state.step, of: training.steps) ?? rate)
        }
    }

    /// Adds what a term remembers of a finished batch to its bank.
    func add(_ memory: Tensor, of term: GuideTerm, to state: inout LearnerState) {
        for (place, group, _) in passes where group.goal == .auxiliary(term: term.name) {
            state.groups[place].buffers.bank?.add(memory)
        }
    }
}

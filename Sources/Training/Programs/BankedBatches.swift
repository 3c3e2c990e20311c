import Bytes
import CohortGraph
import NeuralNetwork

/// The steps at which a generator makes each of the batches that it keeps: it begins anew with
/// each, and gives samples of the kept ones at all other steps.
struct BankedBatches {
    private let turn: WeightSchedule.Turn

    /// Nil for a turn after which nothing is kept.
    init?(_ turn: WeightSchedule.Turn) {
        guard turn.bank != nil else { return nil }
        self.turn = turn
    }

    /// Whether a batch is finished by the update of a step.
    func ends(at step: Int) -> Bool { step % turn.cycle == turn.steps.upperBound - 1 }

    /// The state in which a step begins: where it begins a batch, with initial weights and a new
    /// optimiser, and the finished batches of before.
    func begun(_ state: LearnerState, at step: Int, of assembly: LearnerAssembly) -> LearnerState {
        let number = step / turn.cycle
        guard number > 0, step % turn.cycle == turn.steps.lowerBound else { return state }
        let (model, key) = (assembly.model, assembly.key.child("batch").child(number))
        var begun = state
        begun.parameters = model.initialParameters(key: key)
        begun.optimizer = assembly.training.optimizer.initialState(for: begun.parameters)
        begun.buffers = model.initialBuffers
        begun.buffers.bank = state.buffers.bank
        return begun
    }

    /// Samples of the bank: in the steps after a batch each of them once, in an order of their own,
    /// before any comes again. Of a bank that holds fewer, all come as often as it takes.
    ///
    /// - Precondition: a batch was finished, as the generator's turn comes first in a cycle.
    func drawn(_ count: Int, from bank: SampleBank, at step: Int, key: RandomKey) -> Tensor {
        let place = step % turn.cycle - turn.steps.upperBound
        let part = place % max(1, bank.count / count)
        let order = key.child(step - part).shuffled(Array(0..<bank.count))
        return bank.samples((part * count..<(part + 1) * count).map { order[$0 % order.count] })
    }
}

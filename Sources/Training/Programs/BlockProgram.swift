import CohortGraph
import Exchange
import NeuralNetwork

/// Learns a block of a student from the maps of a teacher (*Blockwisely Supervised Neural
/// Architecture Search with Knowledge Distillation*, Li et al. 2020): at each step it is given the
/// teacher's map of the stage before, and moves its own output towards the teacher's map of the
/// stage. The loss is the mean square, and nothing flows back to the teacher.
///
/// Of a supernet each step moves one path, drawn by the learner's key; other parameters stay as
/// they are. A block publishes nothing, so that blocks do not wait for one another.
struct BlockProgram: UntestedProgram {
    let assembly: LearnerAssembly
    let context: NodeContext
    var record: StepRecord
    private let term: BlockTerm
    private let exchange: any KnowledgeExchange
    private var data: LearnerData

    /// - Parameter progress: where to go on; nil begins.
    /// - Precondition: it has an exchange, as who learns from a teacher has.
    init(
        _ assembly: LearnerAssembly, _ term: BlockTerm, from progress: LearnerProgress?,
        _ context: NodeContext
    ) {
        guard let exchange = context.exchange else {
            preconditionFailure("a block has an exchange")
        }
        (self.assembly, self.term, self.context) = (assembly, term, context)
        self.exchange = exchange
        record = StepRecord(assembly, from: progress, context)
        data = assembly.data
    }

    mutating func outcome(of step: Int) throws -> StepOutcome {
        let state = state
        let batch = try data.teachingBatch(at: step)
        var outcome = StepOutcome(state: state, samples: batch.count)
        let maps = try maps(of: batch, at: step, &outcome)
        let tape = Tape()
        let pass = pass(.training, state, tape)
        let output = assembly.model.network(Variable(maps.input ?? batch.images), pass)
        guard output.value.isFinite else { throw Divergence(.outputs, at: step) }
        let loss = (output - Variable(maps.target)).squared().mean()
        outcome.note(loss, as: term.name, weight: 1)
        try outcome.close(loss)
        tape.backward(from: loss)
        try update(&outcome, by: pass, from: state)
        outcome.state.step += 1
        return outcome
    }

    /// Waits for the teacher's maps of a batch.
    private func maps(
        of batch: Batch, at step: Int, _ outcome: inout StepOutcome
    ) throws -> (input: Tensor?, target: Tensor) {
        var received = ReceivedKnowledge()
        received.add(
            try exchange.gather(step: step, round: .before, batchDigest: batch.digest),
            of: assembly.plan.deliveries.graph.original)
        (outcome.waited, outcome.waitedFor) = (received.waited, received.waitedFor)
        return try term.maps(in: received)
    }
}

import CohortGraph
import Exchange
import NeuralNetwork

/// How a node carries a generator's gradient on: from what it published through its own model to
/// the samples, whose gradient it sends back. Its weights stay with it.
struct AdjointAnswer {
    /// The name of the node.
    let name: String
    /// The name of the generator.
    let generator: String
    /// What the node may be asked for.
    let offers: [KnowledgeOffer]
    let exchange: any KnowledgeExchange

    /// What a forward pass left that is to be carried on.
    struct Pass {
        /// What the node published, still on the tape.
        var view: ModelView
        /// All samples of the pass, a leaf of the tape.
        var images: Variable
        /// Those of the samples that the generator made.
        var rows: Range<Int>
        var tape: Tape
    }

    /// Waits for the gradient in what was published, and sends back that in the samples.
    ///
    /// - Parameters:
    ///   - wanted: the names of the tensors that were published for the generator.
    ///   - position: the step, and the digest and epoch of its batch.
    /// - Throws: ``ExchangeFailure``, 65 where the gradient cannot be used.
    func callAsFunction(
        _ wanted: [String], through pass: Pass,
        at position: (step: Int, digest: UInt64, epoch: Int)
    ) throws {
        let found = try exchange.gather(
            step: position.step, round: .adjoints, batchDigest: position.digest)
        let adjoints = try found.required(
            from: generator, "its gradient of step \(position.step)")
        var scalar = Variable(Tensor(0))
        for offer in offers where wanted.contains(offer.name) {
            let name = KnowledgeTensor.adjointName(of: offer.name, for: name)
            guard let tensor = adjoints.tensors.first(where: { $0.name == name }) else { continue }
            let adjoint = Tensor(shape: tensor.shape, values: try tensor.values())
            scalar = scalar + (offer.shown(by: pass.view) * Variable(adjoint)).sum()
        }
        pass.tape.backward(from: scalar)
        let gradient = pass.images.gradient ?? Tensor(repeating: 0, shape: pass.images.shape)
        let samples = Variable(gradient).rows(pass.rows).value
        guard samples.isFinite else { throw Divergence(.adjoint, at: position.step) }
        try exchange.publish(
            Knowledge(
                epoch: position.epoch, step: position.step, round: .returnedAdjoints,
                batchDigest: position.digest,
                tensors: [
                    KnowledgeTensor(
                        adjoint: samples,
                        of: KnowledgeTensor.madeSamplesName(by: generator), for: generator)
                ]))
    }
}

import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// What guides a generator at a step: its objective in what others publish of the samples, and in
/// the samples themselves, and how the gradient comes back.
struct GeneratorGuidance {
    private let assembly: LearnerAssembly
    private let exchange: any KnowledgeExchange

    init(_ assembly: LearnerAssembly, _ exchange: any KnowledgeExchange) {
        (self.assembly, self.exchange) = (assembly, exchange)
    }

    private var name: String { assembly.name }

    /// The gradient of the objective in the samples, by what the others send back.
    ///
    /// - Throws: ``ExchangeFailure``, and ``Divergence`` where a term is not finite.
    func gradient(
        in samples: Tensor, digest: UInt64, _ outcome: inout StepOutcome
    ) throws -> Tensor {
        let (tape, step) = (Tape(), outcome.state.step)
        var shown = try shown(at: step, digest: digest, on: tape)
        let own = tape.leaf(samples)
        for term in assembly.guiding(at: step) where term.group.isOwnTap {
            shown[Place(guide: name, tensor: term.offer.name)] = own
        }
        try exchange.publish(
            Knowledge(
                epoch: assembly.data.clock.epoch(after: step), step: step, round: .adjoints,
                batchDigest: digest, tensors: try adjoints(in: shown, on: tape, &outcome)))
        let sent = KnowledgeTensor.adjointName(
            of: KnowledgeTensor.madeSamplesName(by: name), for: name)
        let found = try exchange.gather(
            step: step, round: .returnedAdjoints, batchDigest: digest)
        var sum = own.gradient ?? Tensor(repeating: 0, shape: samples.shape)
        for guide in Set(shown.keys.map(\.guide)).subtracting([name]).sorted() {
            let knowledge = try found.required(from: guide, "the gradient of step \(step)")
            guard let tensor = knowledge.tensors.first(where: { $0.name == sent }) else { continue }
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
        for term in assembly.guiding(at: step) where !term.group.isOwnTap {
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

    /// The gradients of the objective in what was shown.
    ///
    /// - Throws: ``Divergence`` where a term is not finite.
    private func adjoints(
        in shown: [Place: Variable], on tape: Tape, _ outcome: inout StepOutcome
    ) throws -> [KnowledgeTensor] {
        let objective = try assembly.objective(&outcome) { term in
            term.group.from.compactMap { shown[Place(guide: $0, tensor: term.offer.name)] }
        }
        if objective.needsGradient { tape.backward(from: objective) }
        let places = shown.filter { $0.key.guide != name }.sorted {
            ($0.key.guide, $0.key.tensor) < ($1.key.guide, $1.key.tensor)
        }
        return places.map { place, variable in
            KnowledgeTensor(
                adjoint: variable.gradient ?? Tensor(repeating: 0, shape: variable.shape),
                of: place.tensor, for: place.guide)
        }
    }
}

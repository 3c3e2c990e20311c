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

    /// The gradient of the objective in the samples, by what the others send back; terms that learn
    /// something take their own step.
    ///
    /// - Parameter isLast: whether the step ends a batch, of which terms may remember something.
    /// - Throws: ``ExchangeFailure``, and ``Divergence`` where a term is not finite.
    func gradient(
        in samples: Tensor, digest: UInt64, isLast: Bool, _ outcome: inout StepOutcome
    ) throws -> Tensor {
        let (tape, step) = (Tape(), outcome.state.step)
        let passes = GuidePasses(assembly, outcome.state, on: tape)
        var shown = try shown(at: step, digest: digest, on: tape)
        let own = tape.leaf(samples)
        for term in assembly.guiding(at: step) where term.group.isOwnTap {
            shown[Place(guide: name, tensor: term.offer.name)] = own
        }
        try exchange.publish(
            Knowledge(
                epoch: assembly.data.clock.epoch(after: step), step: step, round: .adjoints,
                batchDigest: digest,
                tensors: try adjoints(in: shown, passes, on: tape, &outcome)))
        passes.commit(to: &outcome.state)
        if isLast { remember(shown, by: passes, in: &outcome.state) }
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

    /// What a term looks at: where samples are shown in two views, a term that does not compare
    /// these is given the first.
    private func sides(of term: GuideTerm, in shown: [Place: Variable]) -> [Variable] {
        let sides = term.group.from.compactMap { shown[Place(guide: $0, tensor: term.offer.name)] }
        guard assembly.views != nil, term.loss.views == nil, !term.offer.summary.isOfLayers else {
            return sides
        }
        return sides.map { $0.rows(0..<$0.shape[0] / 2) }
    }

    /// Adds what terms keep of a finished batch to their banks.
    private func remember(
        _ shown: [Place: Variable], by passes: GuidePasses, in state: inout LearnerState
    ) {
        for term in assembly.guiding(at: state.step) {
            let sides = sides(of: term, in: shown).map(\.detached)
            guard let memory = term.loss.memory(of: sides) else { continue }
            passes.add(memory, of: term, to: &state)
        }
    }

    /// The gradients of the objective in what was shown.
    ///
    /// - Throws: ``Divergence`` where a term is not finite.
    private func adjoints(
        in shown: [Place: Variable], _ passes: GuidePasses, on tape: Tape,
        _ outcome: inout StepOutcome
    ) throws -> [KnowledgeTensor] {
        let objective = try assembly.objective(&outcome, by: passes.context) {
            sides(of: $0, in: shown)
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

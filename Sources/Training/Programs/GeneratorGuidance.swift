import CohortGraph
import Distillation
import Exchange
import NeuralNetwork
import Reporting

/// What guides a generator at a step: its objective in what others publish of the samples, and in
/// the samples themselves, and how the gradient comes back.
struct GeneratorGuidance {
    private let name: String
    private let guides: [GuideTerm]
    private let draws: TeacherDraws
    private let exchange: any KnowledgeExchange

    init(_ assembly: LearnerAssembly, _ exchange: any KnowledgeExchange) {
        name = assembly.name
        guides = assembly.guides
        draws = assembly.plan.draws
        self.exchange = exchange
    }

    /// The gradient of the objective in the samples, by what the others send back.
    ///
    /// - Throws: ``ExchangeFailure``, and ``Divergence`` where a term is not finite.
    func gradient(
        in samples: Tensor, at position: (step: Int, digest: UInt64, epoch: Int),
        _ outcome: inout StepOutcome
    ) throws -> Tensor {
        let tape = Tape()
        var shown = try shown(at: position.step, digest: position.digest, on: tape)
        for term in guiding(at: position.step) where term.group.isOwnTap {
            shown[Place(guide: name, tensor: term.offer.name)] = tape.leaf(samples)
        }
        try exchange.publish(
            Knowledge(
                epoch: position.epoch, step: position.step, round: .adjoints,
                batchDigest: position.digest, tensors: try adjoints(in: shown, on: tape, &outcome)))
        let sent = KnowledgeTensor.adjointName(
            of: KnowledgeTensor.madeSamplesName(by: name), for: name)
        let found = try exchange.gather(
            step: position.step, round: .returnedAdjoints, batchDigest: position.digest)
        var sum = Tensor(repeating: 0, shape: samples.shape)
        for (place, variable) in shown where place.guide == name {
            if let gradient = variable.gradient { sum.add(gradient) }
        }
        for guide in Set(shown.keys.map(\.guide)).subtracting([name]).sorted() {
            let knowledge = try found.required(
                from: guide, "the gradient of step \(position.step)")
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
        for term in guiding(at: step) where !term.group.isOwnTap {
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
        guides.filter { draws.factor(of: $0.index, at: step) > 0 }
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
            let weight = term.group.edge.weight * draws.factor(of: term.index, at: step)
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

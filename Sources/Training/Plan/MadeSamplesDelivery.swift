import CohortGraph

/// The samples that a generator makes, for everyone who teaches or learns on them at the step.
struct MadeSamplesDelivery: DeliveryRule {
    let round = Round.inputs(ahead: 0)
    let samples = RoundSamples.inputs

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        guard from == deliveries.graph.generator, deliveries.takesMadeSamples(to, at: step) else {
            return []
        }
        return [KnowledgeTensor.madeSamplesName(by: from)]
    }
}

/// What a generator's objective is in what others published of its samples: its gradient.
struct AdjointDelivery: DeliveryRule {
    let round = Round.adjoints
    let samples = RoundSamples.adjoints

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        guard from == deliveries.graph.generator else { return [] }
        return deliveries.guides(by: to, at: step).map {
            KnowledgeTensor.adjointName(of: $0, for: to)
        }
    }
}

/// The gradient in the samples, which everyone who was sent one of what it published sends back.
struct ReturnedAdjointDelivery: DeliveryRule {
    let round = Round.returnedAdjoints
    let samples = RoundSamples.adjoints

    func tensors(from: String, to: String, step: Int, in deliveries: Deliveries) -> [String] {
        guard to == deliveries.graph.generator, !deliveries.guides(by: from, at: step).isEmpty
        else { return [] }
        return [KnowledgeTensor.adjointName(of: KnowledgeTensor.madeSamplesName(by: to), for: to)]
    }
}

extension Deliveries {
    /// The rules of a graph in which a node makes samples; none of others.
    static func rulesOfMadeSamples(_ graph: TeachingGraph) -> [any DeliveryRule] {
        graph.generator == nil
            ? [] : [MadeSamplesDelivery(), AdjointDelivery(), ReturnedAdjointDelivery()]
    }

    /// Whether a node needs the samples that are made at a step: while it learns on such, at every
    /// step, whatever the weights of its terms are; else where it teaches on them. Where finished
    /// samples are banked it rests at steps at which it neither teaches nor is taught.
    func takesMadeSamples(_ name: String, at step: Int) -> Bool {
        guard graph.isSentMadeSamples(name) else { return false }
        let rests = graph.generator.flatMap(graph.banked) != nil
        let numbers = graph.numbers(from: name) + (rests ? graph.numbers(into: name) : [])
        return !rests && calendar.learns(name, at: step)
            || numbers.contains { index in
                groups[index].edge.inputs == .made && isTaught(by: index, at: step)
            }
    }

    /// The tensors that a node publishes to guide the generator at a step, each once.
    package func guides(by name: String, at step: Int) -> [String] {
        var names: [String] = []
        for index in graph.numbers(from: name)
        where groups[index].to == graph.generator && isTaught(by: index, at: step)
            && !names.contains(offers[index])
        {
            names.append(offers[index])
        }
        return names
    }

    /// Whether a node guides the generator at a step and is taught nothing, where finished samples
    /// are banked: for these it is a fixed network.
    func guidesUntaught(_ name: String, at step: Int) -> Bool {
        guard let generator = graph.generator, graph.banked(by: generator) != nil else {
            return false
        }
        return !guides(by: name, at: step).isEmpty
            && !graph.numbers(into: name).contains { isTaught(by: $0, at: step) }
    }

    /// Whether the generator learns at a step.
    func generatorLearns(at step: Int) -> Bool {
        graph.generator.map { graph.numbers(into: $0).contains { isTaught(by: $0, at: step) } }
            ?? false
    }

    private func isTaught(by index: Int, at step: Int) -> Bool {
        calendar.learns(groups[index].to, at: step) && draws.factor(of: index, at: step) > 0
    }
}

extension KnowledgeTensor {
    /// What the samples that a generator makes are called.
    package static func madeSamplesName(by generator: String) -> String { "samples@\(generator)" }

    /// What the gradient in a tensor is called that goes to a node.
    package static func adjointName(of tensor: String, for name: String) -> String {
        "adjoint@\(name)/\(tensor)"
    }
}

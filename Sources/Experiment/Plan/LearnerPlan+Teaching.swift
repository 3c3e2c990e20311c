import Bytes
import CohortGraph
import Datasets
import Distillation
import Exchange
import NeuralNetwork
import Options
import Training

/// One direction between two nodes, as an exchange has it.
typealias ExchangeLink = Link

/// What a teacher that is sent its samples takes from its plan.
extension LearnerPlan {
    /// The links to those that it teaches.
    var outgoing: [Link] { links.filter { $0.from == name } }

    /// The links from those that send it samples.
    var incoming: [Link] { links.filter { $0.to == name } }

    /// How many steps early samples come.
    var stepsAhead: Int {
        incoming.flatMap(\.tensors).filter { $0.kind == KnowledgeKind.inputs.rawValue }
            .map { Round(rawValue: UInt8(clamping: $0.round)).stepsAhead }.max() ?? 0
    }

    /// The rounds in which it publishes, and those in which it is sent samples.
    var schedule: RoundSchedule {
        var samples = [Round.before: RoundSamples.batch]
        for tensor in links.flatMap(\.tensors) {
            let isInputs = tensor.kind == KnowledgeKind.inputs.rawValue
            samples[Round(rawValue: UInt8(clamping: tensor.round))] = isInputs ? .inputs : .batch
        }
        return RoundSchedule(samples)
    }

    /// The names of the tensors that any student needs at a step and round.
    func due(at step: Int, _ round: Round) -> Set<String> {
        Set(outgoing.flatMap { $0.tensors(at: step, Int(round.rawValue)).map(\.name) })
    }

    /// Where samples come from.
    var senders: [ExchangeLink] {
        incoming.map { link in
            ExchangeLink(
                link.from, isOptional: link.optional, inputs: InputForm(shape: data.shape)
            ) {
                link.tensors(at: $0, Int($1.rawValue)).map(\.name)
            } contract: { [shape = data.shape, batch = common?.batch ?? 0] _, _ in
                TensorContract(kind: .inputs, shape: [batch] + shape)
            }
        }
    }

    /// Whom it teaches.
    var students: [ExchangeLink] {
        outgoing.map { link in
            ExchangeLink(link.to, isOptional: link.optional, acceptsLate: link.late) {
                link.tensors(at: $0, Int($1.rawValue)).map(\.name)
            }
        }
    }

    /// The model of a learner for samples of the plan's shape.
    func model(
        _ architecture: any Architecture, _ quantization: Quantization?
    ) throws(SettingError) -> Model {
        let reading =
            data.tokens.map {
                architecture.reading(Vocabulary(count: $0.texts.count, padding: $0.padding))
            } ?? architecture
        return try Model(
            reading, input: data.shape, classes: classes, quantization: quantization)
    }

    /// What each edge from it asks for, of the tensors that the plan names.
    func offers(
        in configuration: ExperimentConfiguration
    ) throws(SettingError) -> [KnowledgeOffer] {
        let graph = configuration.stages.graph(of: stage)
        let wanted = Set(outgoing.flatMap(\.tensors).map(\.name))
        var offers: [KnowledgeOffer] = []
        for number in graph.numbers(from: name) {
            for summary in Summary.allCases
            where (summary == .logits) == (graph.groups[number].edge.knowledge == .response) {
                let offer = try KnowledgeOffer(graph.groups[number].edge, summary: summary)
                if wanted.contains(offer.name), !offers.contains(where: { $0.name == offer.name }) {
                    offers.append(offer)
                }
            }
        }
        return offers
    }
}

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
            samples[Round(rawValue: UInt8(clamping: tensor.round))] =
                switch KnowledgeKind(rawValue: tensor.kind) {
                case .inputs: .inputs
                case .adjoint: .adjoints
                default: .batch
                }
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
            } contract: { name, round in
                link.tensors.first { $0.name == name && $0.round == Int(round.rawValue) }?.contract
            }
        }
    }

    /// The generator that makes its samples; nil where students send them.
    var generator: String? {
        incoming.first { link in
            link.tensors.contains { $0.name == KnowledgeTensor.madeSamplesName(by: link.from) }
        }?.from
    }

    /// The generator that makes its samples, and in which tensors that is sent gradients back.
    var making: InputTeacherAssembly.Making? {
        guard let generator else { return nil }
        let names = Set(outgoing.flatMap(\.tensors).map(\.name))
        let adjoints = incoming.filter { $0.from == generator }.flatMap(\.tensors)
            .filter { $0.kind == KnowledgeKind.adjoint.rawValue }
        return InputTeacherAssembly.Making(by: generator) { step in
            let due = Set(adjoints.filter { $0.isDue(at: step) }.map(\.name))
            return names.filter {
                due.contains(KnowledgeTensor.adjointName(of: $0, for: name))
            }.sorted()
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

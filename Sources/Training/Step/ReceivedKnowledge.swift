import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// What a learner has of its teachers at one step, as the losses take it.
struct ReceivedKnowledge {
    private var tensors: [String: [String: KnowledgeTensor]] = [:]
    /// How long the learner waited, and for whom last.
    private(set) var waited: Duration = .zero
    private(set) var waitedFor: String?
    /// What came too late for its own step.
    private(set) var late: [LateKnowledge] = []
    /// The teachers that the step does without.
    private(set) var absent: Set<String> = []

    /// Adds what was gathered of one round.
    ///
    /// - Parameter original: the teacher whose part a node takes.
    mutating func add(_ gathering: Gathering, of original: (String) -> String = { $0 }) {
        for (sender, knowledge) in gathering.knowledge {
            let sender = original(sender)
            for tensor in knowledge.tensors { tensors[sender, default: [:]][tensor.name] = tensor }
        }
        late += gathering.late.map { (original($0.sender), $0.knowledge) }
        absent.formUnion(gathering.absent.map { original($0.name) })
        waited += gathering.waited
        waitedFor = gathering.waitedFor ?? waitedFor
    }

    /// Whether the step does without what a teacher offered.
    func lacks(_ offer: KnowledgeOffer, of teacher: String) -> Bool {
        absent.contains(teacher) && !has(offer, of: teacher)
    }

    /// Whether what a teacher offered is there.
    func has(_ offer: KnowledgeOffer, of teacher: String) -> Bool {
        tensors[teacher]?[offer.name] != nil
    }

    /// What a teacher offered.
    ///
    /// - Throws: ``ExchangeFailure`` (76) where it did not.
    func tensor(_ offer: KnowledgeOffer, of teacher: String) throws -> Tensor {
        guard let tensor = tensors[teacher]?[offer.name] else {
            throw ExchangeFailure(
                exitCode: .version, message: "'\(teacher)' sent no '\(offer.name)', which is needed"
            )
        }
        return try offer.received(tensor)
    }

    /// The sum that a relay told of probabilities at a temperature; nil where it told none.
    func sum(at temperature: Double) throws -> ProbabilitySum? {
        let name = KnowledgeTensor.sumName(at: temperature)
        return try tensors.values.lazy.compactMap { $0[name] }.first?.probabilitySum()
    }
}

/// The logits of everyone in a gathering, by name.
func logitsBySender(_ gathering: Gathering) throws -> [String: Tensor] {
    var logits: [String: Tensor] = [:]
    for (sender, knowledge) in gathering.knowledge {
        guard let found = knowledge.tensors.first(where: { $0.name == KnowledgeTensor.logitsName })
        else { throw ExchangeFailure(exitCode: .version, message: "'\(sender)' sent no logits") }
        logits[sender] = Tensor(shape: found.shape, values: try found.values())
    }
    return logits
}

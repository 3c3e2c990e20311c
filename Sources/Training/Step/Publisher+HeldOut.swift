import CohortGraph
import Distillation
import Exchange
import NeuralNetwork

/// Knowledge of samples that are only evaluated: the test and the validation set.
extension Publisher {
    /// Held-out samples at the end of a step.
    struct HeldOut {
        let data: HeldOutData
        /// The learner's own logits of all of them, N×classes.
        var logits: Tensor { outputs.logits }
        /// What its last layer and its early exits compute of them.
        let outputs: Model.Outputs
        /// The epochs that the cohort has done.
        let epoch: Int
        /// The last step that was done.
        let step: Int
    }

    /// What was gathered of held-out samples.
    struct Traded {
        /// The logits of the teachers that published theirs, by name ascending.
        var logits: [(name: String, logits: Tensor)] = []
        /// Knowledge that arrived meanwhile, too late for its own step.
        var late: [LateKnowledge] = []
    }

    /// Publishes the logits of held-out samples to the students that need them at this step.
    func publish(_ own: HeldOut, _ round: Round) throws {
        let needed = deliveries.published(by: name, step: own.step, round: round)
        guard let exchange, !needed.isEmpty else { return }
        var tensors: [KnowledgeTensor] = []
        if needed.contains(KnowledgeTensor.logitsName) {
            tensors.append(KnowledgeTensor(logits: own.logits))
        }
        if needed.contains(KnowledgeTensor.sumName(at: 1)) {
            let sum = ProbabilitySum(of: [own.logits], temperature: 1)
            tensors.append(KnowledgeTensor(sum, temperature: 1))
        }
        try exchange.publish(
            Knowledge(
                epoch: own.epoch, step: own.step, round: round, batchDigest: own.data.digest,
                tensors: tensors))
    }

    /// Publishes the logits of held-out samples, and gathers those of the teachers.
    func trade(_ own: HeldOut, _ round: Round) throws -> Traded {
        try publish(own, round)
        guard let exchange, deliveries.isTaught(name, step: own.step, round: round) else {
            return Traded()
        }
        let gathering = try exchange.gather(
            step: own.step, round: round, batchDigest: own.data.digest)
        return Traded(
            logits: try logitsBySender(gathering).sorted { $0.key < $1.key }
                .map { (name: $0.key, logits: $0.value) },
            late: gathering.late)
    }

    /// The probabilities of an ensemble of learners.
    struct Ensemble {
        /// The sum of the members' probabilities.
        var sum: ProbabilitySum
        /// Their names, this learner first.
        var members: [String]
    }

    /// Publishes the logits of the test samples, and adds up the probabilities of all learners
    /// whose logits are delivered.
    ///
    /// - Parameter late: receives knowledge that arrived meanwhile, too late for its own step.
    /// - Returns: nil where no other learner's logits are delivered.
    func ensemble(_ own: HeldOut, late: inout [LateKnowledge]) throws -> Ensemble? {
        let others = try trade(own, .evaluation)
        late += others.late
        let part = ProbabilitySum(of: [own.logits], temperature: 1)
        var ensemble = Ensemble(sum: part, members: [name] + others.logits.map(\.name))
        for other in others.logits { ensemble.sum.add(other.logits, temperature: 1) }
        if let circle, deliveries.isTaught(name, step: own.step, round: .ensemble) {
            let received = try gatherSum(own)
            late += received.late
            if let total = try received.sum(at: 1) {
                ensemble.sum += total
                if circle.sources.contains(name) { ensemble.sum -= part }
                ensemble.members += circle.sources.filter { $0 != name }
            }
        }
        return ensemble.members.count > 1 ? ensemble : nil
    }

    private func gatherSum(_ own: HeldOut) throws -> ReceivedKnowledge {
        var received = ReceivedKnowledge()
        if let exchange {
            received.add(
                try exchange.gather(
                    step: own.step, round: .ensemble, batchDigest: own.data.digest))
        }
        return received
    }
}

import Bytes
import Datasets
import Distillation
import NeuralNetwork
import Reporting

/// How well logits fit labels.
public struct Evaluation: Codable, Hashable, Sendable {
    /// The share of samples named right.
    public let accuracy: Double
    /// The mean negative log-likelihood, in nats.
    public let negativeLogLikelihood: Double
    /// Of a model that predicts text; nil for others.
    public var text: TextScore?
    /// Of each early exit by its name, and of the mean of the logits of all exits and the last
    /// layer as `mean`; nil for a model without exits.
    public let exits: [String: Evaluation]?
    /// Of each moving average of the weights, by its name; nil where there is none.
    public var averages: [String: Evaluation]?

    /// Scores logits N×classes against N labels; rows without a label do not count.
    public init(logits: Tensor, labels: [Int]) {
        self.init(ClassAnswers(logits), labels: labels)
    }

    /// Scores the logits of the last layer, by the answers in them, and of each early exit.
    init(_ outputs: Model.Outputs, _ answers: ClassAnswers, of samples: HeldOutData) {
        self.init(outputs, answers, labels: samples.labels)
        text = samples.bytesPerLabel.map {
            TextScore(loss: negativeLogLikelihood, bytesPerToken: $0)
        }
    }

    private init(_ outputs: Model.Outputs, _ answers: ClassAnswers, labels: [Int]) {
        guard !outputs.exits.isEmpty else {
            self.init(answers, labels: labels)
            return
        }
        var exits = Dictionary(
            uniqueKeysWithValues: outputs.exits.map {
                ($0.name, Evaluation(logits: $0.logits, labels: labels))
            })
        exits[ModelOutput.meanName] = Evaluation(logits: outputs.logits(of: .mean), labels: labels)
        self.init(answers, labels: labels, exits: exits)
    }

    private init(_ answers: ClassAnswers, labels: [Int], exits: [String: Evaluation]?) {
        let counted = labels.labelledPlaces
        let known = counted.map { $0.map { labels[$0] } } ?? labels
        let rows = counted.map(answers.selecting) ?? answers
        accuracy = Double(rows.correct(known)) / Double(max(1, known.count))
        negativeLogLikelihood = Double(rows.negativeLogLikelihood(of: known))
        self.exits = exits
    }

    /// Scores answers by N labels; samples without a label do not count.
    public init(_ answers: ClassAnswers, labels: [Int]) {
        self.init(answers, labels: labels, exits: nil)
    }
}

extension ClassAnswers {
    /// The answers of several learners together: the mean of their probabilities.
    public init(ensemble logits: [Tensor]) {
        self.init(ensemble: ProbabilitySum(of: logits, temperature: 1))
    }

    /// The answers by the mean of a sum.
    init(ensemble sum: ProbabilitySum) {
        let smallest = Variable(sum.mean).map(.atLeast(.leastNormalMagnitude))
        self.init(smallest.log().value)
    }
}

extension Model {
    /// Scores held-out samples a batch at a time, so that the answers to no more are in memory.
    ///
    /// - Parameter beforeBatch: may throw to end it.
    package func evaluation(
        of samples: HeldOutData, _ weights: ModelWeights, beforeBatch: () throws -> Void
    ) rethrows -> Evaluation {
        var (correct, loss, count) = (0.0, 0.0, 0)
        for batch in samples.batches {
            try beforeBatch()
            guard let labels = batch.labels, let counted = batch.countedLabels?.count else {
                continue
            }
            let part = Evaluation(
                logits: logits(
                    of: CollectionOfOne(batch), parameters: weights.parameters,
                    buffers: weights.buffers),
                labels: labels)
            correct += part.accuracy * Double(counted)
            loss += part.negativeLogLikelihood * Double(counted)
            count += counted
        }
        let all = Double(max(1, count))
        return Evaluation(
            accuracy: correct / all, loss: loss / all, bytesPerLabel: samples.bytesPerLabel)
    }
}

extension Evaluation {
    /// Of samples that were scored in parts.
    fileprivate init(accuracy: Double, loss: Double, bytesPerLabel: Double?) {
        self.accuracy = accuracy
        negativeLogLikelihood = loss
        exits = nil
        text = bytesPerLabel.map { TextScore(loss: loss, bytesPerToken: $0) }
    }

    /// The accuracy of each early exit and of their mean, by name; nil for a model without exits.
    public var exitAccuracies: [String: Double]? { exits?.mapValues(\.accuracy) }
    /// The accuracy of each moving average of the weights, by name; nil where there is none.
    public var averageAccuracies: [String: Double]? { averages?.mapValues(\.accuracy) }
}

extension Model {
    /// What the last layer and the early exits compute of some samples, N×classes each.
    struct Outputs {
        let logits: Tensor
        /// In the order of the model's exits.
        let exits: [(name: String, logits: Tensor)]

        /// Those of one output, N×classes.
        func logits(of output: ModelOutput) -> Tensor {
            output.logits(last: Variable(logits), exits: exits.map { Variable($0.logits) }).value
        }
    }

    /// The logits of all samples in evaluation mode, a batch at a time.
    ///
    /// - Parameter output: which of the model's classifiers answers.
    /// - Precondition: the model has the output.
    public func logits(
        of batches: some Sequence<Batch>, parameters: Parameters, buffers: Buffers,
        output: ModelOutput = .last
    ) -> Tensor {
        outputs(of: batches, parameters: parameters, buffers: buffers, beforeBatch: {})
            .logits(of: output)
    }

    /// The input of the last layer, N×…, in evaluation mode; `beforeBatch` may throw to end it.
    func features(
        of batches: some Sequence<Batch>, _ weights: ModelWeights,
        beforeBatch: () throws -> Void
    ) rethrows -> Tensor {
        .concatenating(
            try batches.map { batch in
                try beforeBatch()
                let pass = ForwardPass(
                    .evaluation, parameters: weights.parameters, buffers: weights.buffers,
                    key: RandomKey(seed: 0))
                pass.keepsLateTaps = false
                _ = network(Variable(batch.images), pass)
                guard let features = pass.taps["features"] else {
                    preconditionFailure("every model has the tap 'features'")
                }
                return features.value
            })
    }

    /// What the last layer and the exits compute; `beforeBatch` may throw to end it.
    func outputs(
        of batches: some Sequence<Batch>, parameters: Parameters, buffers: Buffers,
        beforeBatch: () throws -> Void
    ) rethrows -> Outputs {
        var logits: [Tensor] = []
        var exits = [[Tensor]](repeating: [], count: self.exits.count)
        for batch in batches {
            try beforeBatch()
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 0))
            pass.keepsLateTaps = false
            logits.append(network(Variable(batch.images), pass).value)
            for (place, name) in self.exits.enumerated() {
                if let exit = pass.taps[name] { exits[place].append(exit.value) }
            }
        }
        return Outputs(
            logits: .concatenating(logits),
            exits: zip(self.exits, exits).map { ($0, .concatenating($1)) })
    }
}

extension LearnerAssembly {
    /// The evaluation of held-out samples by the weights of a trained learner.
    ///
    /// - Parameter steps: that made the weights, which count the tasks that were met; nil where
    ///   they are not known, so that all tasks count.
    /// - Returns: also the answers, where they are kept.
    public func evaluation(
        of samples: HeldOutData, parameters: Parameters, buffers: Buffers, after steps: Int? = nil
    ) -> (answers: JudgedAnswers?, evaluation: Evaluation) {
        guard samples.keepsAnswers else {
            let weights = ModelWeights(parameters: parameters, buffers: buffers)
            return (nil, model.evaluation(of: samples, weights, beforeBatch: {}))
        }
        let found = model.outputs(
            of: samples.batches, parameters: parameters, buffers: buffers, beforeBatch: {})
        let outputs =
            tasks?.judged(found, samples.labels, after: steps ?? .max) ?? found
        let answers = JudgedAnswers(outputs, of: samples)
        return (answers, answers.evaluation)
    }
}

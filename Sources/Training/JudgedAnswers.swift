import Datasets
import NeuralNetwork
import Reporting

/// What a learner computes of held-out samples, and how good that is.
public struct JudgedAnswers {
    private let answers: ClassAnswers
    private let samples: HeldOutData
    /// Of the last layer, of each early exit and of their mean.
    public let evaluation: Evaluation

    /// Scores the logits of the last layer and of each early exit.
    init(_ outputs: Model.Outputs, of samples: HeldOutData) {
        answers = ClassAnswers(outputs.logits)
        self.samples = samples
        evaluation = Evaluation(outputs, answers, of: samples)
    }

    /// N×classes.
    public var logits: Tensor { answers.logits }

    /// Of the last layer; nil for a model that predicts text, and where no sample has a label.
    public var scores: ClassScores? {
        samples.predictText ? nil : ClassScores(answers, samples.labels)
    }

    /// What is stored of the answers; nil for a model that predicts text.
    ///
    /// - Parameters:
    ///   - step: how many steps were done.
    ///   - epoch: that ended then, from 1; 0 where nothing was learned.
    func stored(step: Int, epoch: Int) -> HeldOutAnswers? {
        guard !samples.predictText else { return nil }
        let classes = answers.classCount
        return HeldOutAnswers(
            step: step, epoch: epoch, samples: samples.identity, classes: classes,
            labels: samples.labels, answers: answers.classes, confidences: answers.confidences,
            probabilities: classes > ClassScores.mostClasses ? nil : answers.probabilities.values)
    }
}

extension ClassScores {
    /// The scores of answers by the labels of their samples; samples without one do not count. Nil
    /// where none has one, and where a logit is no finite number.
    package init?(_ answers: ClassAnswers, _ labels: [Int]) {
        let counted = labels.labelledPlaces
        let known = counted.map { $0.map { labels[$0] } } ?? labels
        let rows = counted.map(answers.selecting) ?? answers
        guard rows.logits.isFinite else { return nil }
        self.init(
            labels: known, answers: rows.classes, confidences: rows.confidences,
            ranks: rows.ranks(of: known), classes: rows.classCount)
    }
}

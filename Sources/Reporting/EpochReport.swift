/// How good a learner, and its cohort's ensemble, is at the end of an epoch. Accuracies lie in
/// 0...1.
public struct EpochReport: Codable, Hashable, Sendable {
    /// Counted from 1.
    public var epoch: Int
    /// How many steps were done since the run's start.
    public var step: Int
    /// On the epoch's own batches, as they were trained on.
    public var trainAccuracy: Double
    /// The mean task loss of the epoch's batches, in nats.
    public var trainLoss: Double
    /// On the test samples.
    public var testAccuracy: Double
    /// The mean negative log likelihood of the test labels, in nats.
    public var testNLL: Double
    /// Of a model that predicts text; nil for others.
    public var text: TextScore?
    /// Of a model that tells classes; nil for one that predicts text.
    public var scores: ClassScores?
    /// The accuracy of the mean of the members' probabilities; nil where no other learner showed
    /// its own.
    public var ensembleAccuracy: Double?
    /// The learners that are part of the ensemble.
    public var ensembleMembers: [String]
    /// The test accuracy of each early exit, by its name, and of the mean of all exits, `mean`; nil
    /// for a model without.
    public var exitAccuracies: [String: Double]?
    /// The test accuracy of each moving average of the weights, by its name; nil where there is
    /// none.
    public var averageAccuracies: [String: Double]?
    /// The duration of the epoch.
    public var seconds: Double

    /// The report of an epoch.
    public init(
        epoch: Int, step: Int, trainAccuracy: Double, trainLoss: Double, testAccuracy: Double,
        testNLL: Double, text: TextScore? = nil, scores: ClassScores? = nil,
        ensembleAccuracy: Double? = nil,
        ensembleMembers: [String] = [], exitAccuracies: [String: Double]? = nil,
        averageAccuracies: [String: Double]? = nil, seconds: Double
    ) {
        self.epoch = epoch
        self.step = step
        self.trainAccuracy = trainAccuracy
        self.trainLoss = trainLoss
        self.testAccuracy = testAccuracy
        self.testNLL = testNLL
        self.text = text
        self.scores = scores
        self.ensembleAccuracy = ensembleAccuracy
        self.ensembleMembers = ensembleMembers
        self.exitAccuracies = exitAccuracies
        self.averageAccuracies = averageAccuracies
        self.seconds = seconds
    }

    /// `a+b+c`; of more than fit in columns, their number.
    var membersText: String {
        ensembleMembers.count > ConvergenceRenderer.mostColumns
            ? "\(ensembleMembers.count)" : ensembleMembers.joined(separator: "+")
    }

    enum CodingKeys: String, CodingKey {
        case epoch, step, text, scores, seconds
        case trainAccuracy = "train_accuracy"
        case trainLoss = "train_loss"
        case testAccuracy = "test_accuracy"
        case testNLL = "test_nll"
        case ensembleAccuracy = "ensemble_accuracy"
        case ensembleMembers = "ensemble_members"
        case exitAccuracies = "exit_accuracies"
        case averageAccuracies = "average_accuracies"
    }
}

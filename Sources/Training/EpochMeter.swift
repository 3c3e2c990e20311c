import Reporting

/// Gathers what the steps since the last evaluation found on the batches that they trained on.
struct EpochMeter: Codable, Hashable, Sendable {
    private var steps = 0
    private var correct = 0
    private var samples = 0
    private var loss = 0.0
    private var seconds = 0.0

    mutating func add(_ outcome: StepOutcome, took duration: Duration) {
        seconds += duration.seconds
        guard !outcome.isWritten else { return }
        steps += 1
        correct += outcome.correct
        samples += outcome.samples
        loss += outcome.taskLoss
    }

    func report(
        epoch: Int, step: Int, test: Evaluation, scores: ClassScores?, ensembleAccuracy: Double?,
        members: [String]
    ) -> EpochReport {
        EpochReport(
            epoch: epoch, step: step, trainAccuracy: Double(correct) / Double(max(1, samples)),
            trainLoss: loss / Double(max(1, steps)), testAccuracy: test.accuracy,
            testNLL: test.negativeLogLikelihood, text: test.text, scores: scores,
            ensembleAccuracy: ensembleAccuracy, ensembleMembers: members,
            exitAccuracies: test.exitAccuracies,
            averageAccuracies: test.averageAccuracies, seconds: seconds)
    }
}

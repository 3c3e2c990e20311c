import Reporting
import Training

extension RunScores {
    /// All scores as one object of JSON.
    public var json: String {
        JSONText.of(
            Document(
                split: split.rawValue, classes: classes.isEmpty ? nil : classes,
                learners: Dictionary(
                    uniqueKeysWithValues: scores.map { ($0.name, Document.Learner($0)) }),
                ensemble: ensemble.map { Document.Learner($0) }))
    }

    private struct Document: Encodable {
        /// Accuracies lie in 0...1; the others have the names that they have in `metrics.jsonl`.
        struct Learner: Encodable {
            var accuracy: Double
            var nll: Double
            var text: TextScore?
            var scores: ClassScores?
            /// By name, as `exit1` and `average=0.999`.
            var parts: [String: Learner]?

            init(_ score: Score) {
                self.init(score.evaluation, score.classes)
                let parts = score.parts.map { ($0.name, Learner($0.evaluation, nil)) }
                self.parts = parts.isEmpty ? nil : Dictionary(uniqueKeysWithValues: parts)
            }

            private init(_ evaluation: Evaluation, _ scores: ClassScores?) {
                accuracy = evaluation.accuracy
                nll = evaluation.negativeLogLikelihood
                text = evaluation.text
                self.scores = scores
            }
        }

        var split: String
        var classes: [String]?
        var learners: [String: Learner]
        var ensemble: Learner?
    }
}

import Foundation
import Reporting

/// The samples on which learners disagree most.
struct Disputes: Sendable {
    /// One of them.
    struct Sample: Hashable, Sendable {
        /// Its number in the test set.
        var number: Int
        /// How much the learners disagree.
        var score: Double
    }

    /// How disagreement is measured.
    enum Measure: String, Sendable {
        /// The generalised Jensen-Shannon divergence of the learners' probabilities, in nats: the
        /// entropy of their mean minus the mean of their entropies (Lin 1991). 0 where all say the
        /// same, and at most the logarithm of how many learners there are.
        case divergence
        /// The number of different answers, where probabilities are not stored; of as many, the
        /// samples come first of which the learners are the surest.
        case answers
    }

    /// Whose answers are compared: two at least where there are ``samples``.
    let learners: [LearnerAnswers]
    let measure: Measure
    /// The most disputed first.
    let samples: [Sample]
    /// Which learners are left out, and why: sentences for people.
    let notes: [String]

    /// Compares answers.
    ///
    /// - Parameter most: samples that are kept.
    init(of all: [LearnerAnswers], most: Int) {
        let (kept, notes) = LearnerAnswers.comparable(all)
        // Of all classes' probabilities nothing is needed once the samples are found.
        learners = kept.map { learner in
            var learner = learner
            learner.answers.probabilities = nil
            return learner
        }
        self.notes = notes
        let measure: Measure =
            kept.allSatisfy { $0.answers.probabilities != nil } ? .divergence : .answers
        self.measure = measure
        let count = kept.count > 1 ? kept[0].answers.count : 0
        let answers = kept.map(\.answers)
        samples = (0..<count).map { Self.disagreement(of: answers, on: $0, by: measure) }
            .sorted { ($1.score, $1.sureness, $0.number) < ($0.score, $0.sureness, $1.number) }
            .prefix { $0.score > measure.least }.prefix(most)
            .map { Sample(number: $0.number, score: $0.score) }
    }

    private static func disagreement(
        of answers: [HeldOutAnswers], on sample: Int, by measure: Measure
    ) -> (number: Int, score: Double, sureness: Double) {
        switch measure {
        case .divergence:
            (sample, divergence(of: answers.compactMap { $0.probabilities(of: sample) }), 0)
        case .answers:
            (
                sample, Double(Set(answers.map { $0.answers[sample] }).count),
                answers.reduce(0) { $0 + Double($1.confidences[sample]) }
            )
        }
    }

    /// The entropy of the mean minus the mean of the entropies, in nats; 0 where a number is not
    /// finite.
    private static func divergence(of all: [ArraySlice<Float>]) -> Double {
        let count = Double(all.count)
        var mean = [Double](repeating: 0, count: all.first?.count ?? 0)
        var entropies = 0.0
        for probabilities in all {
            for (place, probability) in probabilities.enumerated() {
                mean[place] += Double(probability) / count
                entropies += entropy(Double(probability))
            }
        }
        let divergence = mean.reduce(0) { $0 + entropy($1) } - entropies / count
        return divergence.isFinite ? max(0, divergence) : 0
    }

    private static func entropy(_ probability: Double) -> Double {
        probability == 0 ? 0 : -probability * log(probability)
    }
}

extension Disputes.Measure {
    /// What a score exceeds where there is any disagreement: rounding, or a single answer.
    fileprivate var least: Double {
        switch self {
        case .divergence: 1e-6
        case .answers: 1
        }
    }
}

import Foundation
import NeuralNetwork
import ReferenceNumbers
import Reporting
import Testing
import Training

/// Scores of classifiers beside scikit-learn's, and the calibration error beside NumPy's.
@Suite(.timeLimit(.minutes(1))) struct ScoresReferenceTests {
    private static func cases() throws -> [ReferenceCase] {
        let fixture = try #require(
            Bundle.module.url(
                forResource: "scores", withExtension: "safetensors", subdirectory: "Fixtures"))
        return try ReferenceCase.all(at: fixture, group: "scores")
    }

    private func expectClose(_ found: Double, _ expected: Float, _ name: String) {
        #expect(abs(found - Double(expected)) < 2e-6, "\(name): \(found), not \(expected)")
    }

    @Test func everyScoreIsTheOtherPrograms() throws {
        for reference in try Self.cases() {
            let name = reference.name
            let logits = try reference.tensor("logits")
            let scores = try #require(
                ClassScores(ClassAnswers(logits), try reference.labels()), "\(name)")
            expectClose(scores.ece, try reference.tensor("ece").scalar, "ECE of \(name)")
            expectClose(scores.f1, try reference.tensor("f1").scalar, "F1 of \(name)")
            let bins = scores.calibration.flatMap { [$0.confidence, $0.accuracy, $0.share] }
            let expected = try reference.tensor("calibration").values
            #expect(bins.count == expected.count)
            for (found, value) in zip(bins, expected) {
                expectClose(found, value, "bin of \(name)")
            }
            let top = reference.tensors["top-5"]?.tensor?.scalar
            #expect((scores.top?["5"] == nil) == (top == nil))
            if let top, let found = scores.top?["5"] { expectClose(found, top, "top-5 of \(name)") }
        }
    }

    @Test func everyTableIsTheOtherPrograms() throws {
        for reference in try Self.cases() {
            let name = reference.name
            let logits = try reference.tensor("logits")
            let found = ClassScores(ClassAnswers(logits), try reference.labels())
            let scores = try #require(found, "\(name)")
            guard logits.shape[1] <= ClassScores.mostClasses else {
                #expect(scores.confusion == nil && scores.classAccuracies == nil)
                continue
            }
            #expect(scores.confusion?.flatMap(\.self) == (try reference.labels("confusion")))
            let accuracies = try #require(scores.classAccuracies)
            for (found, value) in zip(
                accuracies, try reference.tensor("class_accuracies").values)
            {
                #expect((found == nil) == value.isNaN)
                if let found { expectClose(found, value, "accuracy of a class of \(name)") }
            }
        }
    }

    /// Of equals the first class is named, and another label is behind all of them.
    @Test func equalsAreNoReasonToCountALabel() throws {
        let answers = ClassAnswers(Tensor(shape: [3, 7], values: [Float](repeating: 1, count: 21)))
        let scores = try #require(ClassScores(answers, [0, 1, 6]))
        #expect(scores.top == ["5": 1.0 / 3])
    }

    @Test func whatIsNoNumberHasNoScores() {
        let logits = Tensor(shape: [1, 3], values: [0, .nan, 1])
        #expect(ClassScores(ClassAnswers(logits), [0]) == nil)
        let whole = Tensor(shape: [1, 3], values: [0, 2, 1])
        #expect(ClassScores(ClassAnswers(whole), [-1]) == nil)
    }
}

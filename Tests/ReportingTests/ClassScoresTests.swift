import Foundation
import Reporting
import Testing

/// Scores by hand; `ScoresReferenceTests` of Training compares them with other programs'.
@Suite(.timeLimit(.minutes(1))) struct ClassScoresTests {
    private func scores(
        _ labels: [Int], _ answers: [Int], _ confidences: [Float], classes: Int = 3
    ) throws -> ClassScores {
        let ranks = zip(labels, answers).map { $0 == $1 ? 0 : 1 }
        let scores = ClassScores(
            labels: labels, answers: answers, confidences: confidences, ranks: ranks,
            classes: classes)
        return try #require(scores)
    }

    @Test func aBinIsAFifteenth() throws {
        // A fifth lies between the third bin and the fourth.
        let all = try scores([0, 0, 0, 0], [0, 1, 0, 0], [0.19, 0.19, 0.21, 1])
        #expect(all.calibration.map(\.share) == [0.5, 0.25, 0.25])
        #expect(all.calibration.map(\.accuracy) == [0.5, 1, 1])
        #expect(all.calibration.last?.confidence == 1)
        let expected = 0.5 * (0.5 - Double(Float(0.19))) + 0.25 * (1 - Double(Float(0.21)))
        #expect(abs(all.ece - expected) < 1e-12)
    }

    @Test func sureAndRightIsCalibrated() throws {
        let all = try scores([0, 1], [0, 1], [1, 1])
        #expect(all.ece == 0 && all.f1 == 1)
        #expect(all.calibration == [CalibrationBin(confidence: 1, accuracy: 1, share: 1)])
    }

    /// It has no accuracy, and does not count in F1 unless a sample is named it.
    @Test func aClassWithoutSamplesIsNoMistake() throws {
        let absent = try scores([0, 0, 1], [0, 0, 1], [1, 1, 1])
        #expect(absent.classAccuracies == [1, 1, nil])
        #expect(absent.f1 == 1)
        let named = try scores([0, 0, 1], [0, 0, 2], [1, 1, 1])
        #expect(named.classAccuracies == [1, 0, nil])
        #expect(named.f1 == 1.0 / 3)
        #expect(named.confusion == [[2, 0, 0], [0, 0, 1], [0, 0, 0]])
    }

    @Test func ofNoSamplesThereAreNone() {
        #expect(
            ClassScores(labels: [], answers: [], confidences: [], ranks: [], classes: 3) == nil)
    }

    @Test(arguments: [5, 6, 32, 33]) func fewerClassesHaveMore(_ classes: Int) throws {
        let all = try scores([0, 1], [0, 0], [1, 1], classes: classes)
        #expect(all.top == (classes > 5 ? ["5": 1] : nil))
        #expect((all.classAccuracies == nil) == (classes > 32))
        #expect((all.confusion == nil) == (classes > 32))
    }

    @Test func theirFormIsStable() throws {
        var report = Sample.epoch
        report.scores = Sample.scores
        report.scores?.classAccuracies = [0.5, nil]
        let line = JSONLines.line(Sample.record(.epoch(report)))
        let expected =
            #""scores":{"calibration":[[0.6218,0.5512,0.2913],[0.9618,0.9412,0.7087]],"#
            + #""class_accuracies":[0.5,null],"confusion":[[641,43],[113,428]],"ece":0.0357,"#
            + #""f1":0.8246,"top":{"5":0.9864}}"#
        #expect(line.contains(expected), "\(line)")
        #expect(JSONLines.record(line)?.body == .epoch(report))
    }

    /// Beside a number that JSON has none of.
    @Test func aClassWithoutSamplesStaysWithoutAccuracy() throws {
        var report = Sample.epoch
        report.trainLoss = .infinity
        report.scores = Sample.scores
        report.scores?.classAccuracies = [0.5, nil]
        let line = JSONLines.line(Sample.record(.epoch(report)))
        #expect(line.contains(#""nonfinite":{"train_loss":"inf"}"#), "\(line)")
        #expect(JSONLines.record(line)?.body == .epoch(report))
    }
}

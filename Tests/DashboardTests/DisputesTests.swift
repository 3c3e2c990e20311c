import Bytes
import Foundation
import Reporting
import Testing

@testable import Dashboard

@Suite struct DisputesTests {
    /// What learners answer about three samples of two classes.
    private static func answers(
        _ learner: String, _ probabilities: [Float], step: Int = 10, epoch: Int = 1,
        samples: String = "1f", isStored: Bool = true
    ) -> LearnerAnswers {
        let rows = stride(from: 0, to: probabilities.count, by: 2).map {
            probabilities[$0..<$0 + 2]
        }
        return LearnerAnswers(
            learner: learner,
            answers: HeldOutAnswers(
                step: step, epoch: epoch, samples: samples, classes: 2,
                labels: rows.indices.map { $0 % 2 },
                answers: rows.map { $0.first == $0.max() ? 0 : 1 },
                confidences: rows.map { $0.max() ?? 0 },
                probabilities: isStored ? probabilities : nil))
    }

    /// The divergences are those that Python's math.log gives by the definition.
    @Test func ordersByTheDivergenceOfTheAnswers() {
        let disputes = Disputes(
            of: [
                Self.answers("a", [0.9, 0.1, 0.5, 0.5, 1, 0]),
                Self.answers("b", [0.6, 0.4, 0.5, 0.5, 0, 1]),
            ], most: 10)
        #expect(disputes.measure == .divergence)
        #expect(disputes.samples.map(\.number) == [2, 0])
        let expected = [0.6931471805599453, 0.06328782441845593]
        for (sample, score) in zip(disputes.samples, expected) {
            #expect(abs(sample.score - score) < 1e-6)
        }
        let one = Disputes(of: [Self.answers("a", [1, 0, 0, 1])], most: 10)
        #expect(one.samples.isEmpty)
    }

    @Test func countsAnswersWhereProbabilitiesAreNotStored() {
        let disputes = Disputes(
            of: [
                Self.answers("a", [0.9, 0.1, 0.2, 0.8, 1, 0], isStored: false),
                Self.answers("b", [0.3, 0.7, 0.2, 0.8, 0, 1]),
            ], most: 10)
        #expect(disputes.measure == .answers)
        // The second is answered alike; of the third both are surer.
        #expect(disputes.samples == [.init(number: 2, score: 2), .init(number: 0, score: 2)])
    }

    @Test func comparesAnswersToTheSameSamplesAtAboutTheSameStep() {
        let disputes = Disputes(
            of: [
                Self.answers("a", [1, 0], step: 100), Self.answers("b", [0, 1], step: 95),
                Self.answers("c", [0, 1], step: 50), Self.answers("d", [0, 1], samples: "2e"),
                Self.answers("frozen", [0, 1], step: 0, epoch: 0),
            ], most: 10)
        #expect(disputes.learners.map(\.learner) == ["a", "b", "frozen"])
        #expect(
            disputes.notes == [
                "d: tested on other samples.", "c: tested at step 50, long before step 100.",
            ])
        #expect(disputes.samples.count == 1)
    }

    @Test func survivesAnswersThatAreNoNumbers() {
        let disputes = Disputes(
            of: [
                Self.answers("a", [.nan, .nan, 1, 0]), Self.answers("b", [0.5, 0.5, 0, 1]),
            ], most: 10)
        #expect(disputes.samples.map(\.number) == [1])
    }

    /// A page of what learners answered, with pictures of 3 bytes.
    @Test func reportsHoldTheirPictures() async throws {
        try await withRunFolder { folder in
            try folder.writeAnswers()
            let page = try ReportPage(folder.run, samples: { TwoSamples.pictures }).html
            #expect(page.contains("data:image/png;base64,UE5H"))
            #expect(page.contains("\"classes\":[\"cat\",\"dog\"]"))
            let other = try ReportPage(folder.run, samples: { TwoSamples.others }).html
            #expect(!other.contains("data:image/png;base64,UE5H"))
            #expect(other.contains("are others than those of the run"))
            let missing = try ReportPage(folder.run, samples: { throw NoAnswer() }).html
            #expect(missing.contains("\"missing\":\"NoAnswer()\""))
        }
    }

    @Test func theServerHasTheirPictures() async throws {
        try await withRunFolder { folder in
            try folder.writeAnswers()
            try await withPage(of: folder.run, samples: { TwoSamples.pictures }) { page in
                var stream = try await Asking(page, for: "/events")
                var disputes: [String: Any] = [:]
                while disputes["classes"] == nil {
                    let event = try #require(try await stream.event())
                    disputes = event.data["disputes"] as? [String: Any] ?? disputes
                }
                try stream.close()
                let samples = disputes["samples"] as? [[String: Any]] ?? []
                #expect(samples.map { $0["number"] as? Int } == [1])
                #expect(samples.first?["answers"] as? [Int] == [0, 1])
                let picture = try await Asking.answer(page, for: "/samples/1.png")
                #expect(picture.status == 200)
                #expect(picture.text.contains("Content-Type: image/png"))
                #expect(picture.text.hasSuffix("PNG"))
                // Nobody disputes the first.
                for target in ["0.png", "2.png", "-1.png", "1.png/x", "99999999999999999999.png"] {
                    let answer = try await Asking.answer(page, for: "/samples/\(target)")
                    #expect(answer.status == 404, "\(target)")
                }
                let refused = try await Asking.answer(
                    page, for: "/samples/1.png", host: "evil.example")
                #expect(refused.status == 421)
            }
        }
    }
}

/// Test samples without any data.
private enum TwoSamples {
    static let pictures = samples(labels: [0, 1])
    static let others = samples(labels: [1, 1])

    private static func samples(labels: [Int]) -> TestSamples {
        TestSamples(classes: ["cat", "dog"], labels: labels, arePictures: true) { _ in
            .picture(png: Array("PNG".utf8))
        }
    }
}

extension RunFolder {
    /// Two learners that disagree on the second of two samples, with records.
    fileprivate func writeAnswers() throws {
        for (learner, answer) in [("a", 0), ("b", 1)] {
            try append([Sample.start()], of: learner)
            let answers = HeldOutAnswers(
                step: 1, epoch: 1, samples: "1f", classes: 2, labels: [0, 1],
                answers: [0, answer], confidences: [1, 1],
                probabilities: [1, 0, Float(1 - answer), Float(answer)])
            try answers.write(to: run.learner(learner).answers)
        }
    }
}

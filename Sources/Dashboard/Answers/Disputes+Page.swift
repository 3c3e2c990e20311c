import Foundation
import Reporting

extension Disputes {
    /// So many samples are shown.
    static let most = 24
    /// So many characters of a text are shown.
    private static let mostCharacters = 1000

    /// Reads the newest answers of the learners of the cohort. Of a learner without any, or whose
    /// file cannot be read, there are none.
    init(of run: RunDirectory) {
        let learners = run.learnerNames
        self.init(
            of: learners.compactMap { learner in
                (try? HeldOutAnswers(contentsOf: run.learner(learner).answers)).map {
                    LearnerAnswers(learner: learner, answers: $0)
                }
            }, most: Self.most)
    }

    /// For the page.
    ///
    /// - Parameters:
    ///   - samples: nil where they are not loaded yet.
    ///   - embedsPictures: whether the pictures themselves are in it; else the server has them.
    func page(
        _ samples: Result<TestSamples, SamplesMissing>?, embedsPictures: Bool
    ) -> PageValue {
        let shown = samples.flatMap { try? $0.get() }
        return .object([
            ("learners", .list(learners.map { .text($0.learner) })),
            ("measure", .text(measure.rawValue)),
            ("notes", .list(notes.map { .text($0) })),
            ("classes", shown.map { .list($0.classes.map { .text($0) }) }),
            ("arePictures", shown.map { .bool($0.arePictures) }),
            ("missing", .maybe(samples?.failure?.reason)),
            (
                "samples",
                .list(self.samples.map { page(of: $0, shown, embedsPictures: embedsPictures) })
            ),
        ])
    }

    private func page(
        of sample: Sample, _ shown: TestSamples?, embedsPictures: Bool
    ) -> PageValue {
        let number = sample.number
        let png = embedsPictures ? shown?.picture(of: number) : nil
        return .object([
            ("number", .integer(number)), ("score", .number(sample.score)),
            ("label", .maybe(learners.first?.answers.label(of: number))),
            ("answers", .integers(learners.map { $0.answers.answers[number] })),
            ("confidences", .numbers(learners.map { Double($0.answers.confidences[number]) })),
            ("text", .maybe(shown?.text(of: number).map { Self.shortened($0) })),
            (
                "picture",
                .maybe(png.map { "data:image/png;base64," + Data($0).base64EncodedString() })
            ),
        ])
    }

    private static func shortened(_ text: String) -> String {
        text.count > mostCharacters ? text.prefix(mostCharacters) + "…" : text
    }

    /// The samples, where they are those that the learners answered.
    func checked(_ samples: TestSamples) throws(SamplesMissing) -> TestSamples {
        guard let answers = learners.first?.answers,
            samples.labels.count == answers.count,
            zip(samples.labels, answers.labels).allSatisfy({ $0 == $1 || $1 < 0 })
        else {
            throw SamplesMissing("the test samples of this host are others than those of the run")
        }
        return samples
    }
}

/// Why samples are not shown.
struct SamplesMissing: Error, Hashable {
    /// For people.
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension Result {
    /// The failure; nil for a success.
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}

extension HeldOutAnswers {
    /// The label of a sample; nil where it has none.
    fileprivate func label(of sample: Int) -> Int? {
        labels[sample] == Self.noLabel ? nil : labels[sample]
    }
}

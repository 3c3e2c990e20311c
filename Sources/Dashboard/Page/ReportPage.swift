import Bytes
import Foundation
import Reporting

/// The report of a run: the page with the run's data in it, as one file that needs no server.
public struct ReportPage: Sendable {
    /// The text of the file.
    public let html: String

    /// Bounds the size of a report of few learners.
    private static let limits = RunCourse.Limits(buckets: 200, frames: 24, notices: 200)
    /// Bounds the size of one of many: what all learners' curves of a metric have together.
    private static let buckets = 8_000
    /// What all edges' frames of a number have together.
    private static let frames = 16_000

    /// Reads the run.
    ///
    /// - Parameters:
    ///   - samples: loads the test samples, where learners disagree on some; nil for the answers
    ///     alone.
    ///   - explanation: what the records say, in sentences.
    /// - Throws: ``DiskError``: 66 where there is no such run, 65 where it holds no records.
    public init(
        _ run: RunDirectory, samples: TestSamples.Source? = nil, explanation: [PageParagraph] = []
    ) throws(DiskError) {
        var follower = RunFollower(run)
        var course = RunCourse(Self.limits)
        repeat {
            for update in try follower.poll() { course.add(update) }
        } while follower.isBehind
        guard course.revision > 0 else {
            throw DiskError(
                "read", run.path, "it holds no records of learners", exitCode: .corruptData)
        }
        course.reduce(buckets: Self.buckets, frames: Self.frames)
        let facts = PageFacts(of: run)
        let data = PageValue.object(
            facts.members
                + [
                    ("disputes", Self.disputes(of: run, samples)),
                    ("explanation", .list(explanation.map(\.page))),
                ] + course.page(since: 0, .everything))
        html = Page(title: "\(facts.title): report", data: data).html
    }

    /// The disputed samples with their pictures; nil where no learner has answers.
    private static func disputes(
        of run: RunDirectory, _ source: TestSamples.Source?
    ) -> PageValue? {
        guard !AnswerFiles(of: run).isEmpty else { return nil }
        let disputes = Disputes(of: run)
        let samples = source.flatMap { source in
            disputes.samples.isEmpty
                ? nil : SamplesMissing.catching { try disputes.checked(try source()) }
        }
        return disputes.page(samples, embedsPictures: true)
    }

    /// Writes the page as `report.html` into the run's directory.
    ///
    /// - Throws: ``DiskError``.
    public func write(into run: RunDirectory) throws(DiskError) {
        try Files.replace(run.report, with: Data(html.utf8))
    }
}

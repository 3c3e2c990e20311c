import Bytes
import Foundation
import Reporting

/// The report of a run: the page with the run's data in it, as one file that needs no server.
public struct ReportPage: Sendable {
    /// The text of the file.
    public let html: String

    /// Bounds the report's size.
    private static let limits = RunCourse.Limits(buckets: 200, frames: 24, notices: 200)

    /// Reads the run.
    ///
    /// - Throws: ``DiskError``: 66 where there is no such run, 65 where it holds no records.
    public init(_ run: RunDirectory) throws(DiskError) {
        var follower = RunFollower(run)
        var course = RunCourse(Self.limits)
        repeat {
            for update in try follower.poll() { course.add(update) }
        } while follower.isBehind
        guard course.revision > 0 else {
            throw DiskError(
                "read", run.path, "it holds no records of learners", exitCode: .corruptData)
        }
        let facts = PageFacts(of: run)
        let data = PageValue.object(facts.members + course.page(since: 0, .everything))
        html = Page(title: "\(facts.title): report", data: data).html
    }

    /// Writes `report.html` into the run's directory.
    ///
    /// - Throws: ``DiskError``.
    public static func write(of run: RunDirectory) throws(DiskError) {
        try Files.replace(run.report, with: Data(ReportPage(run).html.utf8))
    }
}

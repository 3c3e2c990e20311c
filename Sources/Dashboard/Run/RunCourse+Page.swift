import Foundation
import Reporting

extension RunCourse {
    /// What the page wants to see.
    struct Selection: Sendable {
        /// Names of ``Metric/all``.
        var metrics: Set<String>
        /// Names of ``EdgeQuantity/all``.
        var quantities: Set<String>

        /// Everything, for a report.
        static let everything = Selection(
            metrics: Set(Metric.all.map(\.name)), quantities: Set(EdgeQuantity.all.map(\.name)))
    }

    /// What changed after a revision, for the page; after revision 0 it is everything.
    func page(since revision: Int, _ selection: Selection) -> [(String, PageValue?)] {
        let keys = learners.keys.sorted()
        return [
            ("learners", .list(keys.compactMap { learner($0, since: revision) })),
            ("scores", .list(keys.compactMap { scores(of: $0, since: revision) })),
            ("clocks", .list(keys.compactMap { clock(of: $0, since: revision) })),
            ("series", series(of: keys, since: revision, selection.metrics)),
            ("edges", .list(edgesNow(since: revision))),
            ("frames", frames(since: revision, selection.quantities)),
            (
                "messages",
                .list(
                    messages.filter { $0.revision > revision }.sorted { $0.time < $1.time }
                        .map(Self.message))
            ),
        ]
    }

    private func learner(_ key: FollowedLearner, since revision: Int) -> PageValue? {
        guard let course = learners[key], course.revision > revision else { return nil }
        let wait = course.interval?.longestWait
        return .object([
            ("key", .text(key.key)), ("label", .text(key.label)), ("name", .text(key.name)),
            ("part", .text(key.partName)),
            ("role", .text(course.role)), ("model", .maybe(course.start?.model)),
            ("parameters", .maybe(course.start?.parameters)),
            ("step", .integer(course.step)), ("total", .maybe(course.start?.totalSteps)),
            ("epochSteps", .maybe(course.stepsPerEpoch)),
            ("loss", .maybe(course.interval?.totalLoss)),
            ("accuracy", .maybe(course.testAccuracy)),
            ("stepSeconds", .maybe(course.interval?.stepSeconds)),
            ("waitsFor", .maybe(wait?.peer)), ("waitSeconds", .maybe(wait?.seconds)),
            ("exit", .maybe(course.end.map { Int($0.exitCode.rawValue) })),
            ("reason", .maybe(course.end?.reason)),
        ])
    }

    /// The scores of a learner's last test, where they changed; without any where they are void.
    private func scores(of key: FollowedLearner, since revision: Int) -> PageValue? {
        guard let scores = learners[key]?.scores, scores.revision > revision else { return nil }
        let report = scores.report
        return .object([
            ("key", .text(key.key)), ("ece", .maybe(report?.ece)),
            (
                "calibration",
                report.map { scores in
                    .list(
                        scores.calibration.map {
                            .numbers([$0.confidence, $0.accuracy, $0.share])
                        })
                }
            ),
            ("confusion", report?.confusion.map { .list($0.map { .integers($0) }) }),
        ])
    }

    private func clock(of key: FollowedLearner, since revision: Int) -> PageValue? {
        learners[key].flatMap { Self.curve($0.clock, of: key, since: revision) }
    }

    private func series(
        of keys: [FollowedLearner], since revision: Int, _ names: Set<String>
    ) -> PageValue {
        .object(
            Metric.all.enumerated().filter { names.contains($1.name) }.map { place, metric in
                let curves = keys.compactMap { key in
                    learners[key].flatMap {
                        Self.curve($0.series[place], of: key, since: revision)
                    }
                }
                return (metric.name, .list(curves))
            })
    }

    /// The points of a curve that changed; nil where none did.
    private static func curve(
        _ series: DecimatedSeries, of key: FollowedLearner, since revision: Int
    ) -> PageValue? {
        guard let first = series.firstChange(since: revision) else { return nil }
        let points = series.points(from: first)
        return .object([
            ("key", .text(key.key)), ("from", .integer(first)),
            ("steps", .integers(points.map(\.step))), ("values", .numbers(points.map(\.value))),
        ])
    }

    /// The edges that changed, in the order of their learners.
    private func changed(since revision: Int) -> [(EdgeKey, EdgeCourse)] {
        edges.filter { $0.value.revision > revision }.map { ($0.key, $0.value) }
            .sorted { ($0.0.student, $0.0.teacher) < ($1.0.student, $1.0.teacher) }
    }

    private func edgesNow(since revision: Int) -> [PageValue] {
        changed(since: revision).map { key, course in
            .object(
                [("student", .text(key.student.key)), ("teacher", .text(key.teacherKey))]
                    + zip(EdgeQuantity.all, course.now).map { ($0.name, .maybe($1?.value)) })
        }
    }

    /// The frames of the edges that changed; empty ones too, where they may replace others.
    private func frames(since revision: Int, _ names: Set<String>) -> PageValue {
        let edges = changed(since: revision)
        return .object(
            EdgeQuantity.all.enumerated().filter { names.contains($1.name) }
                .map { place, quantity in
                    (
                        quantity.name,
                        .list(
                            edges.filter { revision > 0 || !$0.1.frames[place].steps.isEmpty }
                                .map { Self.frames($0.0, $0.1, place) })
                    )
                })
    }

    private static func frames(_ key: EdgeKey, _ course: EdgeCourse, _ place: Int) -> PageValue {
        let frames = course.frames[place]
        return .object([
            ("student", .text(key.student.key)), ("teacher", .text(key.teacherKey)),
            ("steps", .integers(frames.steps)), ("values", .numbers(frames.means)),
        ])
    }

    private static func message(_ message: Message) -> PageValue {
        .object([
            ("time", .maybe(message.time)), ("label", .text(message.learner.label)),
            ("level", .text(message.notice.level.rawValue)),
            ("step", .maybe(message.notice.step)), ("text", .text(message.notice.message)),
        ])
    }
}

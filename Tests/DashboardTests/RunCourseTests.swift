import Foundation
import Reporting
import Testing

@testable import Dashboard

@Suite struct RunCourseTests {
    private static let a = FollowedLearner("a")

    private static func course(_ bodies: [Record.Body]) -> RunCourse {
        var course = RunCourse()
        for body in bodies { course.add(Sample.record(body, of: "a"), of: a) }
        return course
    }

    private static func data(_ course: RunCourse, since revision: Int = 0) throws -> [String: Any] {
        let json = PageValue.object(course.page(since: revision, .everything)).json
        return try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any] ?? [:]
    }

    private static func losses(_ data: [String: Any]) -> [Int: Double] {
        let series = data["series"] as? [String: [[String: Any]]]
        let curve = series?["total_loss"]?.first
        let steps = curve?["steps"] as? [Int] ?? []
        return Dictionary(uniqueKeysWithValues: zip(steps, curve?["values"] as? [Double] ?? []))
    }

    @Test func countsStepsThatAResumeRepeatsOnce() throws {
        let course = Self.course([
            Sample.start(), Sample.interval(1, loss: 9), Sample.interval(2, loss: 8),
            Sample.interval(3, loss: 7), Sample.start(at: 2), Sample.start(at: 1),
            Sample.interval(2, loss: 5),
        ])
        #expect(Self.losses(try Self.data(course)) == [1: 9, 2: 5])
        let frames = try Self.data(course)["frames"] as? [String: [[String: Any]]]
        #expect(frames?["divergence"]?.first?["steps"] as? [Int] == [1, 2])
    }

    /// What a learner reported after the checkpoint that it goes on from is void.
    @Test func showsNothingThatAResumeRepeats() throws {
        var course = Self.course([
            Sample.start(), Sample.interval(1, loss: 9), Sample.interval(3, loss: 7),
            Sample.epoch(3, accuracy: 0.5), Sample.end(3, accuracy: 0.5),
        ])
        let known = course.revision
        course.add(Sample.record(Sample.start(at: 0), of: "a"), of: Self.a)
        let data = try Self.data(course, since: known)
        let learner = (data["learners"] as? [[String: Any]])?.first ?? [:]
        #expect(learner["step"] as? Int == 0)
        for name in ["loss", "accuracy", "stepSeconds", "waitsFor", "exit"] {
            #expect(learner[name] == nil, "\(name)")
        }
        let edge = (data["edges"] as? [[String: Any]])?.first ?? [:]
        #expect(Set(edge.keys) == ["student", "teacher"])
        let frames = data["frames"] as? [String: [[String: Any]]]
        #expect(frames?["divergence"]?.first?["steps"] as? [Int] == [])
    }

    @Test func forgetsOneLearnerWhoseFileIsReplaced() async throws {
        try await withRunFolder { folder in
            for name in ["a", "c"] {
                try folder.append(
                    [
                        Sample.start(), .notice(Notice("ready")), Sample.interval(1, loss: 9),
                        Sample.interval(3, loss: 7),
                    ], of: name)
            }
            var follower = RunFollower(folder.run)
            var course = RunCourse()
            for update in try follower.poll() { course.add(update) }
            let other = try #require(course.learners[FollowedLearner("c")]).revision
            try folder.replace(
                [Sample.start(), Sample.interval(1, loss: 9), Sample.start(at: 1)], of: "a")
            for update in try follower.poll() { course.add(update) }
            let data = try Self.data(course)
            #expect(Self.losses(data) == [1: 9])
            let messages = data["messages"] as? [[String: Any]] ?? []
            #expect(messages.map { $0["label"] as? String } == ["c"])
            // What is known of the other was not read again.
            #expect(course.learners[FollowedLearner("c")]?.revision == other)
            #expect(course.edges.count == 2)
        }
    }

    /// Each number of a damaged record is the greatest or the least of its kind.
    @Test(arguments: [Int.min, -1, .max], [-1e30, 1e30])
    func survivesDamagedRecords(step: Int, seconds: Double) throws {
        var course = Self.course([Sample.start(), Sample.interval(1, loss: 9)])
        let bodies: [Record.Body] = [
            Sample.start(at: step), Sample.interval(step, loss: 8),
            Sample.epoch(step, accuracy: 0.5), .notice(Notice("late", step: step)),
            Sample.end(step, accuracy: 0.5),
        ]
        for body in bodies {
            var record = Sample.record(body, of: "a")
            record.time = Date(timeIntervalSince1970: seconds)
            course.add(record, of: Self.a)
        }
        course.reduce(buckets: 1, frames: 1)
        let data = try Self.data(course)
        #expect(Self.losses(data).keys.allSatisfy { $0 >= 0 })
        let messages = data["messages"] as? [[String: Any]] ?? []
        #expect(messages.map { $0["text"] as? String } == ["late"])
        #expect(messages.allSatisfy { $0["time"] == nil })
    }

    @Test func hasTheScoresOfTheLastTest() throws {
        var report = EpochReport(
            epoch: 1, step: 3, trainAccuracy: 1, trainLoss: 1, testAccuracy: 0.5, testNLL: 1,
            seconds: 1)
        report.scores = ClassScores(
            ece: 0.25, f1: 0.5, calibration: [.init(confidence: 0.75, accuracy: 0.5, share: 1)],
            confusion: [[1, 0], [1, 0]])
        var course = Self.course([Sample.start(), .epoch(report)])
        func scores(since revision: Int = 0) throws -> [String: Any]? {
            (try Self.data(course, since: revision)["scores"] as? [[String: Any]])?.first
        }
        let first = try scores()
        #expect(first?["ece"] as? Double == 0.25)
        #expect(first?["calibration"] as? [[Double]] == [[0.75, 0.5, 1]])
        #expect(first?["confusion"] as? [[Int]] == [[1, 0], [1, 0]])
        let known = course.revision
        course.add(Sample.record(Sample.interval(4, loss: 1), of: "a"), of: Self.a)
        #expect(try scores(since: known) == nil)
        course.add(Sample.record(Sample.start(at: 1), of: "a"), of: Self.a)
        let void = try scores(since: known)
        #expect(void?["key"] as? String == "a")
        #expect(void?["ece"] == nil)
    }

    @Test func shortensLongMessages() throws {
        let text = String(repeating: "é", count: 3000)
        let messages = try Self.data(Self.course([.notice(Notice(text))]))["messages"]
        let found = (messages as? [[String: Any]])?.first?["text"] as? String ?? ""
        #expect(found == text.prefix(2000) + "…")
    }

    @Test func saysWhatChangedAlone() throws {
        var course = Self.course([Sample.start(), Sample.interval(1, loss: 9)])
        course.add(Sample.record(Sample.start(), of: "b"), of: FollowedLearner("b"))
        let known = course.revision
        course.add(Sample.record(Sample.interval(2, loss: 8), of: "a"), of: Self.a)
        let data = try Self.data(course, since: known)
        #expect(Self.losses(data) == [2: 8])
        let learners = data["learners"] as? [[String: Any]] ?? []
        #expect(learners.map { $0["key"] as? String } == ["a"])
        let later = try Self.data(course, since: course.revision)
        #expect((later["learners"] as? [Any])?.isEmpty == true)
        #expect((later["edges"] as? [Any])?.isEmpty == true)
    }

    @Test func weighsTheEdgesOfATerm() throws {
        let report = IntervalReport(
            step: 1, steps: 1, epoch: 1, taskLoss: 1,
            terms: [
                "dml<b,c": TermReport(value: 1, weight: 3, open: 1),
                "kd<b...z(9)": TermReport(value: 1, weight: 2, open: 1),
            ], rate: 1, stepSeconds: 1)
        let data = try Self.data(Self.course([.interval(report)]))
        let edges = data["edges"] as? [[String: Any]] ?? []
        #expect(edges.map { $0["teacher"] as? String } == ["b", "c"])
        #expect(edges.allSatisfy { $0["weight"] as? Int == 3 })
    }
}

import Foundation
import Reporting
import Testing

/// What one view of the samples teaches a learner that sees another.
@Suite(.timeLimit(.minutes(5))) struct CrossModalTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// What the student gains, in shares of the test samples.
    private func gain(
        _ experiment: String, of student: String, _ overrides: [String] = []
    ) async throws -> Double {
        let words =
            ["run", Shipped.path(experiment), "runs=\(place.runs)", "training.evaluate=0"]
            + overrides + Shipped.files(experiment)
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest(experiment).summary)
        let found = try #require(summary.learners[student])
        return try #require(found.testAccuracy) - #require(found.aloneTestAccuracy)
    }

    /// Pairs without labels teach; the same samples in other pairs do not.
    @Test(arguments: [
        ("cross-modal", "s"), ("cross-modal-features", "s"), ("cross-modal-text", "s"),
    ])
    func mispairedSamplesDestroyTheGain(experiment: String, student: String) async throws {
        let gained = try await gain(experiment, of: student)
        #expect(gained > 0.01)
        let mispaired = try await gain(
            experiment, of: student, ["learners.\(student).mispaired=true", "--resume", "never"])
        #expect(mispaired < gained / 2)
    }

    /// With no labels at all, the teacher's responses to paired samples are enough.
    @Test func aStudentWithoutLabelsLearns() async throws {
        let words = [
            "run", Shipped.path("cross-modal"), "runs=\(place.runs)", "training.evaluate=0",
            "learners.s.task=0", "compare.alone=false",
        ]
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("cross-modal").summary)
        #expect(try #require(summary.learners["s"]?.testAccuracy) > 0.6)
    }

    @Test func theCheckShowsTheViewsThatLearnersSee() async throws {
        let finished = try await Cohort.run(
            ["check", Shipped.path("cross-modal-relations")], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let rows = finished.output.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains { $0.prefix(4) == ["left", "mlp", "left", "1×8×4"] })
        #expect(finished.output.contains { $0.hasPrefix("view 'right': each 1×8×4, ") })
    }
}

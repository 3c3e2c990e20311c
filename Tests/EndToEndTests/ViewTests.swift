import Foundation
import Reporting
import Testing

/// Two learners that see different images of the same samples teach one another.
@Suite(.timeLimit(.minutes(3))) struct ViewTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Writes IDX files of images, and returns the path.
    private func images(_ name: String, count: Int, size: Int, from start: Int) throws -> String {
        let pair = IDXFile.pair(count: count, size: size, classes: 4, from: start)
        return try place.write(pair.images, to: name)
    }

    /// A sees images of 8×8, and B the same samples in a view of 6×6.
    ///
    /// - Parameter seen: images in the view, where these are not as many as there are labels.
    private func cohort(seen: Int = 96, view: String = "infrared") throws -> String {
        let pairs = [
            IDXFile.pair(count: 96, size: 8, classes: 4),
            IDXFile.pair(count: 40, size: 8, classes: 4, from: 96),
        ]
        let labels = try zip(pairs, ["labels", "test-labels"]).map { pair, name in
            try place.write(pair.labels, to: name)
        }
        return try place.write(
            """
            name: views
            data:
              set: idx
              options:
                images: \(try images("images", count: 96, size: 8, from: 0))
                labels: \(labels[0])
                test-images: \(try images("test-images", count: 40, size: 8, from: 96))
                test-labels: \(labels[1])
                views:
                  infrared:
                    images: \(try images("infrared", count: seen, size: 6, from: 0))
                    test-images: \(try images("test-infrared", count: 40, size: 6, from: 96))
            training: {steps: 12, batch: 8, interval: 4}
            learners:
              a: {model: mlp, options: {hidden: [16]}}
              b: {model: mlp, options: {hidden: [16]}, view: \(view)}
            teaching:
              - mutual: [a, b]
            runs: \(place.runs)
            """, to: "views.yaml")
    }

    @Test func learnersOfTwoViewsTeachOneAnother() async throws {
        let file = try cohort()
        let finished = try await Cohort.run(["run", file], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let run = place.latest("views")
        let summary = try Summary.read(from: run.summary)
        // 8·8·16 + 16 and 6·6·16 + 16, and 16·4 + 4 for the classes.
        #expect(summary.learners["a"]?.parameters == 1108)
        #expect(summary.learners["b"]?.parameters == 660)
        for (name, peer) in [("a", "b"), ("b", "a")] {
            let records = try JSONLines.read(path: run.learner(name).metrics).records
            let intervals = records.compactMap { record in
                if case .interval(let report) = record.body { report } else { nil }
            }
            #expect(intervals.count == 3)
            #expect(intervals.allSatisfy { $0.divergence.keys.sorted() == [peer] })
            #expect(intervals.allSatisfy { $0.absences == nil })
        }
        let ensemble = try #require(summary.ensembleAccuracy)
        let evaluated = try await Cohort.run(["evaluate", run.path], in: place)
        try #require(evaluated.exitCode == .success, "\(evaluated.complaint)")
        let percent = String(format: "%.2f%%", ensemble * 100)
        #expect(evaluated.output.contains { $0.hasPrefix("ensemble") && $0.contains(percent) })
    }

    @Test func theCheckShowsViewsAndShapes() async throws {
        let finished = try await Cohort.run(["check", try cohort()], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let rows = finished.output.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains { $0.prefix(3) == ["a", "mlp", "1×8×8"] })
        #expect(rows.contains { $0.prefix(4) == ["b", "mlp", "infrared", "1×6×6"] })
    }

    @Test func aViewOfOtherSamplesIsRefused() async throws {
        let finished = try await Cohort.run(["run", try cohort(seen: 95)], in: place)
        #expect(finished.exitCode == .corruptData)
        #expect(
            finished.complaint.contains("/infrared holds 95 images")
                && finished.complaint.contains("/labels holds 96 labels"), "\(finished.complaint)")
    }

    @Test func anUnknownViewIsRefusedAtItsPlace() async throws {
        let file = try cohort(view: "infrered")
        let finished = try await Cohort.run(["run", file], in: place)
        #expect(finished.exitCode == .configuration)
        #expect(
            finished.complaint.contains("\(file):16: learner 'b': the data set 'idx' has no view")
                && finished.complaint.contains("did you mean 'infrared'?"), "\(finished.complaint)")
    }
}

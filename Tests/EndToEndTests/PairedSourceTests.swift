import Foundation
import Reporting
import Testing

/// Pictures and a table of the same samples, paired by the pictures' paths.
@Suite(.timeLimit(.minutes(3))) struct PairedSourceTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Pictures/train"
        try FileManager.default.copyItem(atPath: folder, toPath: "\(place.path)/pictures")
        // What a sensor measured of each, in another order than the files.
        var rows = ["light,heat,file,kind"]
        for index in (0..<12).reversed() {
            rows.append("\(index % 3),\(1 + index % 2),down/\(index).tif,down")
            rows.append("\(index % 3),\(4 + index % 2),across/\(index).tif,across")
        }
        _ = try place.write(rows.joined(separator: "\n") + "\n", to: "sensors.csv")
    }

    private func cohort() throws -> String {
        try place.write(
            """
            name: paired
            data:
              set: paired
              options:
                by: path
                main:
                  set: images
                  options: {folder: pictures, size: 12, cache: cache, test-share: 0.25}
                views:
                  sensors: {set: table, options: {file: sensors.csv, label: kind}, key: file}
            training: {steps: 40, batch: 6, interval: 20, optimizer: {kind: sgd, rate: 0.05}}
            learners:
              eye: {model: plain-cnn, options: {depth: 2}}
              skin: {model: mlp, options: {hidden: [8]}, view: sensors}
            teaching:
              - mutual: [eye, skin]
            runs: \(place.runs)
            """, to: "paired.yaml")
    }

    @Test func picturesAndRowsTeachOneAnother() async throws {
        let finished = try await Cohort.run(["run", try cohort()], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("paired").summary)
        // Two features, light and heat: 2·8 + 8 and 8·2 + 2 numbers.
        #expect(summary.learners["skin"]?.parameters == 42)
        #expect(summary.learners["skin"]?.testAccuracy == 1, "heat alone says the class")
        for (name, peer) in [("eye", "skin"), ("skin", "eye")] {
            let records = try JSONLines.read(
                path: place.latest("paired").learner(name).metrics
            ).records
            let intervals = records.compactMap { record in
                if case .interval(let report) = record.body { report } else { nil }
            }
            #expect(intervals.count == 2)
            #expect(intervals.allSatisfy { $0.divergence.keys.sorted() == [peer] })
        }
    }

    @Test func missingPartnersAreRefusedOrDropped() async throws {
        try FileManager.default.removeItem(atPath: "\(place.path)/pictures/down/3.jpg")
        let refused = try await Cohort.run(["check", try cohort()], in: place)
        #expect(refused.exitCode == .configuration)
        #expect(
            refused.complaint.contains("1 of 24 samples of view 'sensors' (table) have none in")
                && refused.complaint.contains("'down/3' (sensors.csv, line"),
            "\(refused.complaint)")
        let dropped = try await Cohort.run(
            ["check", try cohort(), "data.options.unmatched=drop"], in: place)
        try #require(dropped.exitCode == .success, "\(dropped.complaint)")
        #expect(dropped.complaint.contains("'down/3'"), "\(dropped.complaint)")
        let text = dropped.output.joined(separator: "\n")
        #expect(text.contains("view 'sensors': each 1×1×2"), "\(text)")
    }
}

import Foundation
import Reporting
import Testing

/// Learners on PNG and JPEG files: see `scripts/reference/datasets.py`.
@Suite(.timeLimit(.minutes(3))) struct PictureTests {
    private let place: Workplace

    init() throws {
        place = try Workplace()
        let folder = URL(filePath: #filePath).deletingLastPathComponent().path + "/Pictures"
        try FileManager.default.copyItem(atPath: folder, toPath: "\(place.path)/pictures")
    }

    private func cohort(_ options: String = "test: pictures/test") throws -> String {
        try place.write(
            """
            name: stripes
            data:
              set: images
              options: {folder: pictures/train, size: 12, cache: cache, \(options)}
            training: {steps: 60, batch: 8, optimizer: {kind: sgd, rate: 0.05, momentum: 0.9}}
            learners:
              a: {model: plain-cnn, options: {depth: 2}}
              b: {model: mlp, options: {hidden: [32]}}
            teaching:
              - mutual: [a, b]
            runs: \(place.runs)
            """, to: "stripes.yaml")
    }

    private func cached() throws -> [String] {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(place.path)/cache")
        return files.filter { $0.hasPrefix("images-") && !$0.hasSuffix(".lock") }
    }

    @Test func aFolderForEachClassTrainsACohort() async throws {
        let finished = try await Cohort.run(["run", try cohort()], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let summary = try Summary.read(from: place.latest("stripes").summary)
        let accuracy = try #require(summary.learners["a"]?.testAccuracy)
        #expect(accuracy > 0.9, "stripes across and down")
        #expect(try cached().count == 1)
        let scored = try await Cohort.run(["evaluate", place.latest("stripes").path], in: place)
        #expect(scored.exitCode == .success, "\(scored.complaint)")
    }

    @Test func theCheckShowsPicturesAndClasses() async throws {
        let finished = try await Cohort.run(["check", try cohort()], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let text = finished.output.joined(separator: "\n")
        #expect(text.contains("images: 24 training samples of 2 classes, each 3×12×12"))
        let rows = finished.output.map { $0.split(separator: " ").map(String.init) }
        #expect(rows.contains(["across", "12", "6"]) && rows.contains(["down", "12", "6"]))
        #expect(text.contains("36 pictures of 14×14 to 25×25 pixels, 12 of them grey"))
        let samples = rows.filter { $0.last?.hasPrefix("pictures/train/") == true }
        let ends = samples.map { Array($0.prefix(2)) }
        #expect(ends == [["0", "across"], ["12", "down"], ["23", "down"]])
        #expect(samples[0].last == "pictures/train/across/0.png")
    }

    @Test func theCheckWritesAContactSheet() async throws {
        let words = ["check", try cohort(), "--picture", "sheet.png"]
        let finished = try await Cohort.run(words, in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(
            finished.complaint.contains(
                "sheet.png: rows are the classes across, down with up to 8 training samples each"))
        let sheet = try #require(FileManager.default.contents(atPath: "\(place.path)/sheet.png"))
        #expect(sheet.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        let lost = try await Cohort.run(
            ["check", try cohort(), "--picture", "nowhere/sheet.png"], in: place)
        #expect(lost.exitCode == .disk && lost.complaint.contains("nowhere/sheet.png"))
        let unknown = try await Cohort.run(
            ["check", try cohort(), "--picture", "sheet.jpg"], in: place)
        #expect(unknown.exitCode == .usage)
    }

    /// What is allowed and unlikely to be meant is said, and the run goes on.
    @Test func unlikelyPicturesAreRemarkedOn() async throws {
        let pictures = "\(place.path)/pictures"
        try FileManager.default.copyItem(
            atPath: "\(pictures)/train/down/1.jpg", toPath: "\(pictures)/test/down/copy.jpg")
        let finished = try await Cohort.run(
            ["check", try cohort(), "data.options.size=24"], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        #expect(
            finished.complaint.contains(
                "pictures/test/down/copy.jpg is the same picture as pictures/train/down/1.jpg, and"
                    + " one of them is for testing"), "\(finished.complaint)")
        #expect(finished.complaint.contains("are smaller than samples of 24×24 and enlarged"))
        #expect(finished.complaint.contains("are grey among coloured ones"))
    }

    /// Whoever comes second takes the file that the first wrote.
    @Test func severalProcessesShareTheCache() async throws {
        let file = try cohort()
        try await withThrowingTaskGroup(of: Finished.self) { group in
            for _ in 0..<4 {
                group.addTask { try await Cohort.run(["check", file], in: place) }
            }
            for try await finished in group {
                #expect(finished.exitCode == .success, "\(finished.complaint)")
            }
        }
        #expect(try cached().count == 1)
    }

    @Test func damagedPicturesAreNamedTogether() async throws {
        for name in ["train/down/1.jpg", "test/across/2.png"] {
            let path = "\(place.path)/pictures/\(name)"
            let whole = try #require(FileManager.default.contents(atPath: path))
            try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
        }
        let finished = try await Cohort.run(["check", try cohort()], in: place)
        #expect(finished.exitCode == .corruptData)
        #expect(finished.complaint.contains("pictures/train/down/1.jpg: is damaged or cut short"))
        #expect(finished.complaint.contains("pictures/test/across/2.png: is damaged or cut short"))
    }

    @Test func aMissingFolderIsNamed() async throws {
        let finished = try await Cohort.run(["check", try cohort("test: elsewhere")], in: place)
        #expect(finished.exitCode == .missingFile)
        #expect(finished.complaint.contains("elsewhere: there is no such folder"))
    }
}

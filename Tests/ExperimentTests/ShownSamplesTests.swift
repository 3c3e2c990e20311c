import Experiment
import Foundation
import Reporting
import Testing

/// The test samples of a run, as people see them.
@Suite(.timeLimit(.minutes(1))) struct ShownSamplesTests {
    /// The samples of a run whose configuration has these data, with a file of rows.
    private static func samples(_ data: String, rows: String = "") throws -> ShownSamples {
        let folder = FileManager.default.temporaryDirectory.path + "/shown-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let run = RunDirectory(path: "\(folder)/run")
        try FileManager.default.createDirectory(
            atPath: run.path, withIntermediateDirectories: true)
        try Data(rows.utf8).write(to: URL(fileURLWithPath: "\(folder)/rows.csv"))
        try run.write(
            configuration: """
                name: shown
                data: \(data.replacing("FOLDER", with: folder))
                training: {steps: 2, batch: 8}
                learners: {a: {model: mlp}}
                """)
        return try ShownSamples(of: run)
    }

    @Test func showsPictures() throws {
        let samples = try Self.samples("{set: digits}")
        #expect(samples.arePictures)
        #expect(samples.classes == (0...9).map(String.init))
        guard case .picture(let png) = try samples.appearance(of: samples.labels.count - 1) else {
            Issue.record("a digit is a picture")
            return
        }
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }

    /// Without test samples those are shown that are kept from training, with the numbers of the
    /// file.
    @Test func showsRows() throws {
        let rows = (0..<40).map { "\($0),\($0 * 3),\($0 % 2 == 0 ? "even" : "odd")\n" }
        let samples = try Self.samples(
            "{set: table, options: {label: y, file: FOLDER/rows.csv}, validation: 10}",
            rows: "a,b,y\n" + rows.joined())
        #expect(!samples.arePictures)
        #expect(samples.classes == ["even", "odd"])
        #expect(!samples.labels.isEmpty)
        var shown: Set<String> = []
        for number in samples.labels.indices {
            guard case .text(let text) = try samples.appearance(of: number) else {
                Issue.record("a row is no picture")
                return
            }
            let numbers = text.split(separator: ", ").compactMap { Double($0) }
            // Standardized, a column and three times that column are alike.
            try #require(numbers.count == 2)
            #expect(abs(numbers[0] - numbers[1]) < 0.01, "\(text)")
            shown.insert(text)
        }
        #expect(shown.count == samples.labels.count)
    }

    @Test func showsTexts() throws {
        let rows = (0..<40).map { "\($0 % 2 == 0 ? "a good day" : "a bad night"),\($0 % 2)\n" }
        let samples = try Self.samples(
            """
            {set: text, options: {file: FOLDER/rows.csv, text: t, label: y, tokenizer: words, \
            length: 4}, validation: 10}
            """, rows: "t,y\n" + rows.joined())
        let texts = try samples.labels.indices.map { try samples.appearance(of: $0) }
        for (label, appearance) in zip(samples.labels, texts) {
            guard case .text(let text) = appearance else {
                Issue.record("a text is no picture")
                return
            }
            #expect(text == ["a good day", "a bad night"][label])
        }
    }

    @Test func saysWhatIsMissing() throws {
        let error = #expect(throws: (any Error).self) {
            try Self.samples("{set: table, options: {label: y, file: FOLDER/none.csv}}")
        }
        #expect("\(try #require(error))".contains("none.csv"))
    }
}

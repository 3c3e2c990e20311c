import Experiment
import Foundation
import Options
import Testing

/// Which models can read which samples.
@Suite(.timeLimit(.minutes(1))) struct SampleContentsTests {
    /// The refusal of a model on a table of two features; nil where it is assembled.
    private func refusal(_ model: String, data: String = "") throws -> String? {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv")
        defer { try? FileManager.default.removeItem(at: path) }
        let rows = (0..<40).map { "\($0),\($0 * $0),\($0 % 2)\n" }.joined()
        try Data("a,b,y\n\(rows)".utf8).write(to: path)
        let text = """
            data: {set: table, options: {file: \(path.path), label: y}\(data)}
            training: {steps: 4, batch: 8}
            learners:
              a: {model: \(model)}
            """
        do {
            try Assembler(
                ExperimentConfiguration(text: text, file: "f", name: "f", registries: .all)
            ).checkAll()
            return nil
        } catch { return "\(error)" }
    }

    @Test(arguments: ["mlp", "tabular-resnet"]) func tablesAreReadBy(_ model: String) throws {
        #expect(try refusal(model) == nil)
    }

    @Test(arguments: ["resnet8", "lenet", "mobilenet"])
    func modelsOfImagesRefuseTables(_ model: String) throws {
        let text = try #require(try refusal(model))
        #expect(text.contains("learner 'a': model '\(model)' needs images"), "\(text)")
    }

    @Test(arguments: ["text-cnn", "transformer"])
    func modelsOfTokensRefuseTables(_ model: String) throws {
        let text = try #require(try refusal(model))
        #expect(text.contains("reads tokens, and the data set holds features"), "\(text)")
    }

    @Test func featuresAreNotAugmented() throws {
        let text = try #require(try refusal("mlp", data: ", augmentation: {flip: true}"))
        #expect(text.contains("augmentation: crops and flips are of images"), "\(text)")
    }
}

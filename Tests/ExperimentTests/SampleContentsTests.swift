import Experiment
import Foundation
import Options
import Testing

/// Which models can read which samples.
@Suite(.timeLimit(.minutes(1))) struct SampleContentsTests {
    /// The refusal of a model on rows with the columns a, b and y, by default as a table of two
    /// features; nil where it is assembled.
    private func refusal(
        _ model: String, set: String = "table, options: {label: y, file: ", data: String = ""
    ) throws -> String? {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).csv")
        defer { try? FileManager.default.removeItem(at: path) }
        let rows = (0..<40).map { "\($0),\($0 * $0),\($0 % 2)\n" }.joined()
        try Data("a,b,y\n\(rows)".utf8).write(to: path)
        let text = """
            data: {set: \(set)\(path.path)}\(data)}
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

    /// What TensorBoard is to show of samples are pictures.
    @Test func tablesAreNotDrawn() throws {
        func refusal(_ sinks: String) throws -> String? {
            try self.refusal("mlp}\nsinks: [\(sinks)]\ncompare: {alone: false")
        }
        let drawn = try #require(try refusal("{kind: tensorboard, images: 4}"))
        #expect(drawn.contains("sinks: images draws pictures, and the data hold"), "\(drawn)")
        #expect(try refusal("{kind: tensorboard, histograms: true}") == nil)
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

    private static let texts = "text, options: {tokenizer: bytes, text: b, label: y, file: "

    @Test(arguments: ["text-cnn", "transformer"]) func textsAreReadBy(_ model: String) throws {
        #expect(try refusal(model, set: Self.texts) == nil)
    }

    @Test(arguments: ["mlp", "tabular-resnet", "resnet8"])
    func modelsOfNumbersRefuseTexts(_ model: String) throws {
        let text = try #require(try refusal(model, set: Self.texts))
        #expect(text.contains("learner 'a': model '\(model)' reads numbers"), "\(text)")
        #expect(text.contains("holds tokens; choose text-cnn, transformer or gpt"), "\(text)")
    }

    @Test(arguments: ["text-cnn", "transformer"])
    func modelsOfTokensRefuseImages(_ model: String) throws {
        let configuration = try ExperimentConfiguration(
            text: "training: {steps: 4}\nlearners: {a: {model: \(model)}}", file: "f", name: "f",
            registries: .all)
        let error = #expect(throws: SettingError.self) { try Assembler(configuration).checkAll() }
        let text = error.map { "\($0)" } ?? ""
        #expect(text.contains("reads tokens, and the data set holds images"), "\(text)")
    }

    @Test func fewerTokensThanTheDataHaveAreRefused() throws {
        let few = try #require(
            try refusal("text-cnn, options: {tokens: 255}", set: Self.texts))
        #expect(few.contains("has tokens: 255, and the data set holds 256"), "\(few)")
        #expect(try refusal("text-cnn, options: {tokens: 300}", set: Self.texts) == nil)
    }

    @Test func featuresAreNotAugmented() throws {
        let text = try #require(try refusal("mlp", data: ", augmentation: {flip: true}"))
        #expect(text.contains("augmentation: it is of images"), "\(text)")
    }
}

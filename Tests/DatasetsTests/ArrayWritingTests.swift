import Bytes
import Datasets
import Foundation
import Options
import Testing

/// Samples that are written for NumPy are those that were read.
@Suite(.timeLimit(.minutes(1))) struct ArrayWritingTests {
    private func array(_ path: String) throws -> NPYArray {
        try NPYArray([UInt8](Data(contentsOf: URL(filePath: path))), path: path)
    }

    private func digits() throws -> Corpus {
        try DatasetSources.registry.make("digits", options: .map([:])).load()
    }

    @Test func bytesAndLabelsComeBack() throws {
        let corpus = try digits()
        let test = try #require(corpus.test)
        try withTemporaryFolder { folder in
            try corpus.writeArrays(to: "\(folder)/out")
            for (name, samples) in [("train", corpus.train), ("test", test)] {
                let images = try array("\(folder)/out/\(name)-images.npy")
                #expect(images.shape == [samples.count] + samples.shape)
                #expect(images.elements == samples.pixels)
                let labels = try array("\(folder)/out/\(name)-labels.npy")
                #expect(labels.shape == [samples.count])
                #expect(labels.elements == .floats(samples.labels.map(Float.init)))
            }
        }
    }

    @Test func floatsViewsAndTheNamesOfClassesComeBack() throws {
        let near = SampleSet(
            shape: [1, 1, 3], pixels: .floats([0.5, -1, 2, 3, 4, .pi]), labels: [1, 0],
            classCount: 2)
        let far = SampleSet(
            shape: [2, 1, 1], pixels: .bytes([1, 2, 3, 255]), labels: [1, 0], classCount: 2)
        let corpus = Corpus(
            name: "pair", view(of: near), views: ["far": view(of: far)],
            classNames: ["café", "tea"])
        try withTemporaryFolder { folder in
            try corpus.writeArrays(to: folder)
            #expect(try array("\(folder)/train-images.npy").elements == near.pixels)
            let images = try array("\(folder)/far/train-images.npy")
            #expect(images.elements == far.pixels && images.shape == [2, 2, 1, 1])
            let classes = URL(filePath: "\(folder)/classes.txt")
            #expect(try String(contentsOf: classes, encoding: .utf8) == "café\ntea\n")
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/test-labels.npy"))
        }
    }

    private func view(of samples: SampleSet) -> SampleView {
        let channels = samples.shape[0]
        return SampleView(
            train: samples, test: nil,
            normalization: Normalization(
                divisor: 1, mean: Array(repeating: 0, count: channels),
                std: Array(repeating: 1, count: channels)))
    }

    @Test func aFolderThatCannotBeWrittenIsNamed() throws {
        let corpus = try digits()
        try withTemporaryFolder { folder in
            try write([], to: "\(folder)/file")
            let error = #expect(throws: DiskError.self) {
                try corpus.writeArrays(to: "\(folder)/file/out")
            }
            #expect(error?.path == "\(folder)/file/out/train-images.npy")
            #expect(error?.exitCode == .disk)
        }
    }
}

import Bytes
import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct FashionMNISTTests {
    private func source(_ folder: String) throws -> any DatasetSource {
        try DatasetSources.registry.make(
            "fashion-mnist", options: .written(["folder": .written(folder)]))
    }

    @Test func theFourFilesAreRead() throws {
        try withTemporaryFolder { folder in
            let image = [UInt8](repeating: 7, count: 784)
            let images = IDXTests.file(0x08, [2, 28, 28], image + image)
            let labels = IDXTests.file(0x08, [2], [9, 0])
            try write(gzipped(images), to: "\(folder)/train-images-idx3-ubyte.gz")
            try write(labels, to: "\(folder)/train-labels-idx1-ubyte")
            try write(images, to: "\(folder)/t10k-images-idx3-ubyte")
            try write(gzipped(labels), to: "\(folder)/t10k-labels-idx1-ubyte.gz")
            let corpus = try source(folder).load()
            #expect(corpus.train.labels == [9, 0])
            #expect(corpus.train.shape == [1, 28, 28])
            #expect(corpus.test == corpus.train)
            #expect(
                corpus.normalization
                    == Normalization(divisor: 255, mean: [0.2860], std: [0.3530]))
        }
    }

    @Test func aMissingFolderNamesThePackage() throws {
        let source = try source("/nowhere")
        #expect(exitCode { try source.load() } == .missingFile)
        let text = message { try source.load() }
        #expect(text.contains("dataset-fashion-mnist") && text.contains("scripts/setup.sh"))
    }

    @Test func otherImagesAreRefused() throws {
        try withTemporaryFolder { folder in
            try write(
                IDXTests.file(0x08, [1, 2, 2], [1, 2, 3, 4]),
                to: "\(folder)/train-images-idx3-ubyte")
            try write(IDXTests.file(0x08, [1], [1]), to: "\(folder)/train-labels-idx1-ubyte")
            #expect(exitCode { try source(folder).load() } == .corruptData)
        }
    }
}

import Bytes
import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct DigitsTests {
    private func load() throws -> Corpus {
        try DatasetSources.registry.make("digits").load()
    }

    private func counts(_ labels: [Int]) -> [Int] {
        (0..<10).map { digit in labels.count { $0 == digit } }
    }

    @Test func classesHaveTheirKnownCounts() throws {
        let corpus = try load()
        let test = try #require(corpus.test)
        #expect(
            counts(corpus.train.labels + test.labels)
                == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
        #expect(counts(test.labels) == [Int](repeating: 54, count: 10))
        #expect(corpus.train.count == 1257)
        #expect(corpus.train.shape == [1, 8, 8])
    }

    @Test func theSplitIsTheReferences() throws {
        let reference = try Vectors.read().digits
        let corpus = try load()
        #expect(corpus.test?.labels == reference.testLabels)
        #expect(corpus.test?.identity().hexadecimal == reference.testIdentity)
        #expect(corpus.train.identity().hexadecimal == reference.trainIdentity)
    }

    @Test func pixelsAreStandardised() throws {
        let corpus = try load()
        let test = try #require(corpus.test)
        var values: [Float] = []
        for set in [corpus.train, test] {
            let gatherer = try BatchGatherer(set, normalization: corpus.normalization)
            values += gatherer.gather(0..<set.count).images.values
        }
        let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
        let square = values.reduce(0.0) { $0 + Double($1 * $1) } / Double(values.count)
        #expect(abs(mean) < 1e-3)
        #expect(abs(square - 1) < 1e-3)
    }
}

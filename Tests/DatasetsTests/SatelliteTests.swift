import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SatelliteTests {
    private func load() throws -> Corpus {
        try DatasetSources.registry.make("satellite").load()
    }

    /// `zcat satellite.csv.gz | cut -d, -f1 | sort | uniq -c`.
    @Test func classesHaveTheirKnownCounts() throws {
        let corpus = try load()
        let test = try #require(corpus.test)
        let all = corpus.train.labels + test.labels
        #expect(
            corpus.classNames == [
                "cotton-crop", "damp-grey-soil", "grey-soil", "red-soil", "vegetation-stubble",
                "very-damp-grey-soil",
            ])
        #expect(
            (0..<6).map { label in all.count { $0 == label } }
                == [703, 626, 1358, 1533, 707, 1508])
        #expect(test.count == 2000)
    }

    /// The first row of the file is trained on: its bands, by channels.
    @Test func viewsAreBandsOfTheSamePixels() throws {
        let corpus = try load()
        let all = corpus.train.subset([0])
        let visible = try corpus.view("visible").train.subset([0])
        let infrared = try corpus.view("infrared").train.subset([0])
        guard case .bytes(let pixels) = all.pixels, case .bytes(let seen) = visible.pixels,
            case .bytes(let hidden) = infrared.pixels
        else {
            Issue.record("pixels are bytes")
            return
        }
        #expect(pixels == seen + hidden && seen.count == 18)
        #expect(try corpus.view("all").train == corpus.train)
    }

    @Test func trainingPixelsAreStandardised() throws {
        let corpus = try load()
        for name in [nil, "visible", "infrared"] {
            let view = try corpus.view(name)
            let gatherer = try BatchGatherer(view.train, normalization: view.normalization)
            let values = gatherer.gather(0..<view.train.count).images.values.map { Double($0) }
            let count = Double(values.count)
            #expect(abs(values.reduce(0, +) / count) < 1e-4)
            #expect(abs(values.reduce(0) { $0 + $1 * $1 } / count - 1) < 1e-4)
        }
    }
}

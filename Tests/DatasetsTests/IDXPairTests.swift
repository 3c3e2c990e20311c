import Bytes
import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct IDXPairTests {
    private let images = IDXTests.file(0x08, [3, 2, 2], (0..<12).map { $0 * 20 })
    private let labels = IDXTests.file(0x08, [3], [2, 0, 1])

    /// Loads the files of these names, each with these bytes.
    private func load(
        _ files: KeyValuePairs<String, [UInt8]>, classes: String? = nil, mean: String? = nil
    ) throws -> Corpus {
        try withTemporaryFolder { folder in
            var entries: [Setting.Entry] = []
            for (key, bytes) in files {
                let path = try write(bytes, to: "\(folder)/\(key)")
                entries.append(entry(key, path))
            }
            if let classes { entries.append(entry("classes", classes)) }
            if let mean { entries += [entry("mean", mean), entry("deviation", "0.5")] }
            let place = SourcePosition(file: "test.yaml", line: 1)
            let options = Setting(.map(entries), at: place)
            return try DatasetSources.registry.make("idx", options: options).load()
        }
    }

    private func entry(_ key: String, _ text: String) -> Setting.Entry {
        let setting = Setting.written(text)
        return Setting.Entry(key: key, position: setting.position, value: setting)
    }

    @Test func aPairIsRead() throws {
        let corpus = try load(["images": images, "labels": labels])
        #expect(corpus.train.shape == [1, 2, 2])
        #expect(corpus.train.labels == [2, 0, 1])
        #expect(corpus.train.classCount == 3)
        #expect(corpus.train.pixels == .bytes((0..<12).map { $0 * 20 }))
        #expect(corpus.test == nil)
    }

    @Test func zippedFilesAreTheSame() throws {
        let zipped = try load(["images": gzipped(images), "labels": gzipped(labels)])
        #expect(try zipped.train == load(["images": images, "labels": labels]).train)
    }

    @Test func everyTruncatedZipIsCorrupt() {
        let zipped = gzipped(labels)
        for count in 0..<zipped.count {
            let cut = Array(zipped.prefix(count))
            #expect(exitCode { try load(["images": images, "labels": cut]) } == .corruptData)
        }
    }

    @Test func testFilesAreTheTestSet() throws {
        let test = IDXTests.file(0x08, [1, 2, 2], [9, 8, 7, 6])
        let corpus = try load([
            "images": images, "labels": labels, "test-images": test,
            "test-labels": IDXTests.file(0x08, [1], [1]),
        ])
        #expect(corpus.test?.labels == [1])
        #expect(corpus.test?.classCount == 3)
        #expect(
            exitCode {
                try load([
                    "images": images, "labels": labels,
                    "test-images": IDXTests.file(0x08, [1, 1, 4], [9, 8, 7, 6]),
                    "test-labels": IDXTests.file(0x08, [1], [1]),
                ])
            } == .configuration)
    }

    @Test func dimensionsBecomeChannelsHeightAndWidth() throws {
        let colour = IDXTests.file(0x08, [1, 3, 1, 2], [1, 2, 3, 4, 5, 6])
        let vector = IDXTests.file(0x08, [1, 6], [1, 2, 3, 4, 5, 6])
        let label = IDXTests.file(0x08, [1], [1])
        #expect(try load(["images": colour, "labels": label]).train.shape == [3, 1, 2])
        #expect(try load(["images": vector, "labels": label]).train.shape == [1, 1, 6])
    }

    @Test func measuredNormalizationIsMeanAndDeviation() throws {
        // 0, 20 … 220: mean 110, variance 20²·(12² − 1)/12.
        let measured = try load(["images": images, "labels": labels]).normalization
        #expect(abs(measured.mean[0] * 255 - 110) < 1e-9)
        #expect(abs(measured.std[0] * 255 - 20 * (143.0 / 12).squareRoot()) < 1e-9)
        let signed = IDXTests.file(0x09, [3, 1, 1], [0xFF, 0, 1])
        let floats = try load(["images": signed, "labels": labels]).normalization
        #expect(abs(floats.mean[0]) < 1e-12)
        #expect(abs(floats.std[0] - (2.0 / 3).squareRoot()) < 1e-12)
        #expect(floats.divisor == 1)
    }

    @Test func givenNormalizationIsUsed() throws {
        let given = try load(["images": images, "labels": labels], mean: "0.25").normalization
        #expect(given == Normalization(divisor: 255, mean: [0.25], std: [0.5]))
    }

    @Test func unfitPairsAreRefused() {
        let two = IDXTests.file(0x08, [2], [0, 1])
        let count = message { try load(["images": images, "labels": two]) }
        #expect(count.contains("3 images") && count.contains("2 labels"))
        #expect(exitCode { try load(["images": labels, "labels": images]) } == .corruptData)
        #expect(
            exitCode { try load(["images": images, "labels": labels], classes: "2") }
                == .corruptData)
        let negative = IDXTests.file(0x09, [3], [0, 1, 0xFF])
        #expect(exitCode { try load(["images": images, "labels": negative]) } == .corruptData)
        let half = IDXTests.file(0x0D, [1], [0x3F, 0, 0, 0])
        let one = IDXTests.file(0x08, [1, 1, 1], [1])
        #expect(exitCode { try load(["images": one, "labels": half]) } == .corruptData)
        let infinite = IDXTests.file(0x0D, [1, 1, 1], [0x7F, 0x80, 0, 0])
        #expect(
            exitCode {
                try load(["images": infinite, "labels": IDXTests.file(0x08, [1], [0])])
            } == .corruptData)
    }

    @Test func aMissingFileIsNamed() throws {
        let options = Setting.written([
            "images": .written("/nowhere/images"), "labels": .written("/nowhere/labels"),
        ])
        let source = try DatasetSources.registry.make("idx", options: options)
        #expect(exitCode { try source.load() } == .missingFile)
        #expect(message { try source.load() }.contains("/nowhere/images: there is no such file"))
    }

    @Test func incompleteOptionsAreRefused() {
        let half = Setting.written(["images": .written("a")])
        #expect(throws: SettingError.self) {
            try DatasetSources.registry.make("idx", options: half)
        }
        #expect(throws: SettingError.self) { try DatasetSources.registry.make("idx") }
    }
}

import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct IDXViewTests {
    private let labels = IDXTests.file(0x08, [3], [2, 0, 1])
    private let testLabels = IDXTests.file(0x08, [1], [1])
    private let images = IDXTests.file(0x08, [3, 2, 2], (0..<12).map { $0 * 20 })
    private let testImages = IDXTests.file(0x08, [1, 2, 2], [9, 8, 7, 6])
    private let infrared = IDXTests.file(0x08, [3, 1, 2], [10, 20, 30, 40, 50, 60])
    private let testInfrared = IDXTests.file(0x08, [1, 1, 2], [1, 2])

    /// Loads a pair of files with one more view of these options.
    private func load(
        _ view: KeyValuePairs<String, [UInt8]>, named name: String = "infrared",
        extra: KeyValuePairs<String, String> = [:], hasTest: Bool = false
    ) throws -> Corpus {
        try withTemporaryFolder { folder in
            func entry(_ key: String, _ value: Setting) -> Setting.Entry {
                Setting.Entry(key: key, position: value.position, value: value)
            }
            func file(_ key: String, _ bytes: [UInt8], as name: String) throws -> Setting.Entry {
                entry(key, .written(try write(bytes, to: "\(folder)/\(name)")))
            }
            var entries = [
                try file("images", images, as: "main"), try file("labels", labels, as: "labels"),
            ]
            if hasTest {
                entries.append(try file("test-images", testImages, as: "test-main"))
                entries.append(try file("test-labels", testLabels, as: "test-labels"))
            }
            let files = try view.map { try file($0.key, $0.value, as: "view-\($0.key)") }
            let others = extra.map { entry($0.key, .written($0.value)) }
            let place = SourcePosition(file: "test.yaml", line: 7)
            let named = Setting(.map(files + others), at: place)
            let views = Setting(.map([entry(name, named)]), at: place)
            let options = Setting(.map(entries + [entry("views", views)]), at: place)
            return try DatasetSources.registry.make("idx", options: options).load()
        }
    }

    @Test func aViewHasItsOwnImagesAndTheSameLabels() throws {
        let corpus = try load(
            ["images": infrared, "test-images": testInfrared], hasTest: true)
        let view = try corpus.view("infrared")
        #expect(view.train.shape == [1, 1, 2])
        #expect(view.train.pixels == .bytes([10, 20, 30, 40, 50, 60]))
        #expect(view.train.labels == [2, 0, 1] && view.train.classCount == 3)
        #expect(view.test?.labels == [1] && view.test?.classCount == 3)
        #expect(try corpus.view(nil).train == corpus.train)
        #expect(corpus.train.shape == [1, 2, 2])
    }

    @Test func eachViewIsNormalizedByItsOwnNumbers() throws {
        let measured = try load(["images": infrared])
        #expect(try measured.view("infrared").normalization.mean[0] * 255 == 35)
        #expect(measured.normalization.mean[0] * 255 == 110)
        let given = try load(
            ["images": infrared], extra: ["mean": "0.25", "deviation": "0.5"])
        #expect(
            try given.view("infrared").normalization
                == Normalization(divisor: 255, mean: [0.25], std: [0.5]))
        #expect(given.normalization == measured.normalization)
    }

    @Test func asManyImagesAsLabelsAreNeeded() {
        let two = IDXTests.file(0x08, [2, 1, 2], [1, 2, 3, 4])
        let text = message { try load(["images": two]) }
        #expect(text.contains("/view-images holds 2 images"), "\(text)")
        #expect(text.contains("/labels holds 3 labels"), "\(text)")
        #expect(exitCode { try load(["images": two]) } == .corruptData)
        let test = message {
            try load(["images": infrared, "test-images": two], hasTest: true)
        }
        #expect(test.contains("/view-test-images holds 2 images"), "\(test)")
        #expect(test.contains("/test-labels holds 1 labels"), "\(test)")
    }

    @Test func trainingAndTestImagesAreAlike() {
        func unlike() throws -> Corpus {
            try load(["images": infrared, "test-images": testImages], hasTest: true)
        }
        #expect(exitCode { try unlike() } == .configuration)
        let text = message { try unlike() }
        #expect(text.contains("1×2×2 images") && text.contains("1×1×2 images"), "\(text)")
    }

    @Test func incompleteViewsAreRefusedAtTheirPlace() {
        let mistakes: [(String, () throws -> Corpus)] = [
            ("view 'infrared': images names no file", { try load([:]) }),
            (
                "view 'infrared': test-images is missing",
                { try load(["images": infrared], hasTest: true) }
            ),
            (
                "view 'infrared': test-images needs test-labels",
                { try load(["images": infrared, "test-images": testInfrared]) }
            ),
            (
                "view 'infrared': unknown key 'image': did you mean 'images'?",
                { try load(["image": infrared]) }
            ),
            ("views: a view has no name", { try load(["images": infrared], named: "") }),
            (
                "view 'infrared': mean and deviation need",
                { try load(["images": infrared], extra: ["mean": "0.5"]) }
            ),
        ]
        for (expected, load) in mistakes {
            let text = message { try load() }
            #expect(text.hasPrefix("test.yaml:7: \(expected)"), "\(text)")
        }
    }
}

import Bytes
import Datasets
import Foundation
import NeuralNetwork
import Options
import Testing

/// Tasks that are data sources, or one with changed images.
@Suite(.timeLimit(.minutes(1))) struct TaskSourceTests {
    private func options(
        _ tasks: Setting, _ more: [String: Setting] = [:]
    ) throws -> DataOptions {
        var entries = more
        entries["tasks"] = tasks
        return try OptionReader.read(.map(entries), subject: "data") {
            (reader) throws(SettingError) in try DataOptions(options: &reader)
        }
    }

    private func list(_ items: Setting...) -> Setting {
        Setting(.list(items), at: SourcePosition(file: "test.yaml", line: 7))
    }

    /// Two classes of floats or bytes of one shape, written as arrays for NumPy.
    private func arrays(
        _ folder: String, shape: [Int] = [1, 2, 3], pixels: (Int) -> SampleSet.Pixels,
        classes: Int = 2, count: Int = 6
    ) throws -> Setting {
        let set = SampleSet(
            shape: shape, pixels: pixels(count * shape.reduce(1, *)),
            labels: (0..<count).map { $0 % classes }, classCount: classes)
        let corpus = Corpus(
            name: "made", train: set, test: set,
            normalization: Normalization(
                divisor: 1, mean: shape.prefix(1).map { _ in 0 },
                std: shape.prefix(1).map { _ in 1 }))
        try corpus.writeArrays(to: folder)
        let names = ["images", "labels"].flatMap { kind in
            [("\(kind)", "train-\(kind)"), ("test-\(kind)", "test-\(kind)")]
        }
        return .map([
            "set": .written("npy"),
            "options": .map(
                Dictionary(
                    uniqueKeysWithValues: names.map { ($0, .written("\(folder)/\($1).npy")) }
                        + [("layout", .written("nchw"))])),
        ])
    }

    private func division(_ options: DataOptions, seed: UInt64 = 1) throws -> (
        TaskDivision, Corpus
    ) {
        let corpus = try options.load(seed: seed)
        return (try TaskDivision(try #require(options.tasks), of: corpus, seed: seed), corpus)
    }

    private func bytes(_ corpus: Corpus, of samples: Range<Int>) throws -> [[UInt8]] {
        guard case .bytes(let values) = corpus.train.pixels else {
            throw DatasetError(.impossible, "no bytes")
        }
        let size = corpus.train.sampleSize
        return samples.map { Array(values[$0 * size..<($0 + 1) * size]) }
    }

    // MARK: Changes

    /// Each task has all samples; the pixels of the first stay, those of another move to other
    /// places, the same for all of its images.
    @Test func permutationsKeepEveryPixel() throws {
        let plain = try DatasetSources.registry.make("digits").load()
        let (division, corpus) = try division(
            options(.map(["count": .written("3"), "by": .written("permutation")])))
        let count = plain.train.count
        #expect(corpus.train.count == 3 * count && division.options.scenario == .domains)
        let images = try (0..<3).map { try bytes(corpus, of: $0 * count..<$0 * count + 40) }
        #expect(images[0] == (try bytes(plain, of: 0..<40)))
        #expect(images[1] != images[0] && images[2] != images[0] && images[2] != images[1])
        for task in 1..<3 {
            for pixel in 0..<64 {
                let column = images[task].map { $0[pixel] }
                #expect((0..<64).contains { place in images[0].map { $0[place] } == column })
            }
        }
        let others = try options(.map(["count": .written("3"), "by": .written("permutation")]))
            .load(seed: 2)
        #expect(try bytes(others, of: count..<count + 40) != images[1])
        #expect(corpus.normalization == plain.normalization)
        #expect(division.train == (0..<3).flatMap { [Int](repeating: $0, count: count) })
        #expect(division.titles == ["digits", "digits, permuted", "digits, permuted"])
    }

    private struct Turned: Decodable {
        var shape: [Int]
        var degrees: Double
        var image: [Float]
        var turned: [Float]
    }

    /// As `scripts/reference/turning.py` computed with PyTorch.
    @Test func imagesTurnAsPyTorchTurnsThem() throws {
        let data = try Data(contentsOf: URL(filePath: Expected.path("turned.json")))
        for example in try JSONDecoder().decode([Turned].self, from: data) {
            try withTemporaryFolder { folder in
                let source = try arrays(
                    folder, shape: example.shape,
                    pixels: { _ in .floats(example.image + example.image) }, count: 2)
                let turned = try options(
                    list(source, source.with("rotate", "\(example.degrees)"))
                ).load(seed: 1)
                guard case .floats(let values) = turned.train.pixels else {
                    Issue.record("floats stay floats")
                    return
                }
                #expect(Array(values.prefix(example.image.count)) == example.image)
                for (one, other) in zip(values.suffix(example.turned.count), example.turned) {
                    #expect(abs(one - other) < 1e-5, "\(example.degrees)°: \(one), \(other)")
                }
            }
        }
    }

    /// A quarter of a turn moves pixels and rounds none.
    @Test func quartersAreExact() throws {
        let pixels = (0..<6).map { _ in [UInt8]([1, 2, 3, 4, 5, 6, 7, 8, 9]) }
        try withTemporaryFolder { folder in
            let source = try arrays(
                folder, shape: [1, 3, 3], pixels: { _ in .bytes(Array(pixels.joined())) })
            let expected: [(String, [UInt8])] = [
                ("90", [3, 6, 9, 2, 5, 8, 1, 4, 7]), ("180", [9, 8, 7, 6, 5, 4, 3, 2, 1]),
                ("-90", [7, 4, 1, 8, 5, 2, 9, 6, 3]), ("360", [1, 2, 3, 4, 5, 6, 7, 8, 9]),
            ]
            for (degrees, image) in expected {
                let corpus = try options(list(source, source.with("rotate", degrees)))
                    .load(seed: 1)
                #expect(try bytes(corpus, of: 6..<7) == [image], "\(degrees)")
            }
        }
    }

    /// Task k of T is turned by an angle of the k-th part of 180°, which the seed draws.
    @Test func anglesAreDrawnByTheSeed() throws {
        let tasks = Setting.map(["count": .written("4"), "by": .written("rotation")])
        let titles = try [1, 2].map { try division(options(tasks), seed: $0).0.titles }
        #expect(titles[0] != titles[1])
        for (task, title) in titles[0].enumerated() {
            let degrees = try #require(
                Double(title.dropFirst("digits, turned by ".count).dropLast()))
            #expect((Double(task) * 45...Double(task + 1) * 45).contains(degrees), "\(title)")
        }
    }

    // MARK: Sources

    /// Sources have classes of their own; in the setting `domain` they are the same outputs.
    @Test func sourcesAreJoined() throws {
        try withTemporaryFolder { folder in
            let first = try arrays(
                folder + "/a", pixels: { .bytes((0..<$0).map { UInt8($0 % 250) }) })
            let second = try arrays(
                folder + "/b", pixels: { .bytes((0..<$0).map { UInt8($0 % 200 + 7) }) }, count: 4)
            let (division, corpus) = try division(options(list(first, second)))
            #expect(division.classes == [[0, 1], [2, 3]] && division.outputs == 2)
            #expect(corpus.train.count == 10 && corpus.test?.count == 10)
            #expect(corpus.train.labels == [0, 1, 0, 1, 0, 1, 2, 3, 2, 3])
            #expect(division.train == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
            let shared = corpus.relabelled(by: division)
            #expect(shared.train.labels == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
            #expect(shared.classNames == ["0", "1"])
            let apart = try self.division(
                options(
                    .map(["sources": list(first, second), "setting": .written("task")])))
            #expect(apart.0.outputs == 4 && apart.0.outputs(of: 1) == [2, 3])
            #expect(
                apart.1.classNames == ["0 of task 1", "1 of task 1", "0 of task 2", "1 of task 2"])
            #expect(apart.0.names == [["0", "1"], ["0", "1"]])
        }
    }

    /// All samples are normalized by the numbers of the first source, whatever is stored.
    @Test func theFirstSourceNormalizes() throws {
        try withTemporaryFolder { folder in
            let bytes = try arrays(
                folder + "/a", pixels: { .bytes((0..<$0).map { UInt8($0 * 7 % 256) }) })
            let floats = try arrays(
                folder + "/b", pixels: { .floats((0..<$0).map { Float($0) / 9 }) })
            let alone = try options(list(bytes, bytes)).load(seed: 1)
            let mixed = try options(list(bytes, floats)).load(seed: 1)
            #expect(alone.normalization.divisor == 255 && mixed.normalization.divisor == 1)
            #expect(mixed.normalization.mean == alone.normalization.mean)
            func inputs(_ corpus: Corpus) throws -> [Float] {
                try BatchGatherer(corpus.train, normalization: corpus.normalization)
                    .gather(0..<12).images.values
            }
            let (one, two) = (try inputs(alone), try inputs(mixed))
            for (first, second) in zip(one.prefix(36), two) { #expect(abs(first - second) < 1e-5) }
            let (mean, std) = (mixed.normalization.mean[0], mixed.normalization.std[0])
            for (place, value) in two.suffix(36).enumerated() {
                #expect(abs(Double(value) - (Double(place) / 9 - mean) / std) < 1e-4)
            }
        }
    }

    /// Where files lie is no part of what must agree; what is done with them is.
    @Test func pathsOfSourcesArePlacement() throws {
        try withTemporaryFolder { folder in
            let source = try arrays(folder, pixels: { .bytes([UInt8](repeating: 3, count: $0)) })
            let turned = source.with("rotate", "30")
            for tasks in [list(source, turned), .map(["sources": list(source, turned)])] {
                let keys = try options(tasks).keys
                let own = try #require(keys["tasks"])
                let agreed = try #require(tasks.only(.numbers, by: own))
                #expect(!"\(agreed)".contains(folder) && "\(agreed)".contains("rotate"))
                #expect(try options(tasks).paths.count == 4)
            }
        }
    }

    /// A data section's own set is used, or refused.
    @Test func theSectionsOwnSetHasAnEffect() throws {
        let digits = Setting.map(["set": .written("digits")])
        #expect(try options(list(digits, .map([:]))).load(seed: 1).train.count == 2 * 1257)
        try withTemporaryFolder { folder in
            let source = try arrays(folder, pixels: { .bytes([UInt8](repeating: 3, count: $0)) })
            let error = #expect(throws: SettingError.self) {
                try options(list(source, source), ["set": .written("digits")])
            }
            #expect(error?.description.contains("set has no effect where each source") == true)
            let among = #expect(throws: SettingError.self) {
                try options(list(digits, digits), ["set": .written("digits")])
            }
            #expect(among?.description.contains("set has no effect where each source") == true)
            #expect(try options(list(source, source)).set == "npy")
        }
    }

    @Test func whatDoesNotGoTogetherIsRefused() throws {
        try withTemporaryFolder { folder in
            func made(_ name: String, _ shape: [Int], _ classes: Int) throws -> Setting {
                try arrays(
                    folder + "/\(name)", shape: shape,
                    pixels: { .bytes([UInt8](repeating: 3, count: $0)) }, classes: classes)
            }
            let (first, wide) = (try made("a", [1, 2, 3], 2), try made("b", [1, 2, 4], 2))
            let three = try made("c", [1, 2, 3], 3)
            let error = #expect(throws: DatasetError.self) {
                try options(list(first, wide, three)).load(seed: 1)
            }
            let text = error?.description ?? ""
            #expect(text.contains("source 2 (npy) has samples of 1×2×4"), "\(text)")
            #expect(text.contains("source 3 (npy) has other classes, 0, 1, 2, and"), "\(text)")
            #expect(error?.exitCode == .configuration)
            let apart = Setting.map(["sources": list(first, three), "setting": .written("class")])
            #expect(try division(options(apart)).0.classes == [[0, 1], [2, 3, 4]])
        }
    }

    @Test func changesAreOfImages() throws {
        try withTemporaryFolder { folder in
            let path = try write(
                Array("x,y,kind\n1,2,a\n3,4,b\n5,6,a\n7,8,b\n".utf8), to: "\(folder)/t.csv")
            let table = Setting.map([
                "set": .written("table"),
                "options": .map(["file": .written(path), "label": .written("kind")]),
            ])
            for key in ["permute", "rotate"] {
                let error = #expect(throws: DatasetError.self) {
                    try options(list(table, table.with(key, key == "rotate" ? "9" : "true")))
                        .load(seed: 1)
                }
                #expect(error?.description.contains("source 2: \(key) is for images") == true)
            }
        }
    }

    @Test(arguments: [
        (["count": "2", "by": "clases"], "by is one of classes, permutation, rotation"),
        (["by": "rotation"], "count or classes is needed, or sources"),
    ])
    func mistakesOfOptions(entries: [String: String], message: String) {
        let error = #expect(throws: SettingError.self) {
            try options(.map(entries.mapValues { .written($0) }))
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    @Test func augmentationDoesNotMovePermutedPixels() {
        let crop = Setting.map(["flip": .written("true")])
        let error = #expect(throws: SettingError.self) {
            try options(
                .map(["count": .written("2"), "by": .written("permutation")]),
                ["augmentation": crop])
        }
        #expect(error?.description.contains("tasks permute pixels") == true)
        #expect(throws: Never.self) {
            try options(
                .map(["count": .written("2"), "by": .written("rotation")]), ["augmentation": crop])
        }
    }
}

extension Setting {
    /// A map with another key.
    fileprivate func with(_ key: String, _ text: String) -> Setting {
        guard case .map(let entries) = value else { return self }
        return Setting(
            .map(entries + [Entry(key: key, position: position, value: .written(text))]),
            at: position)
    }
}

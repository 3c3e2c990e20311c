import Datasets
import Foundation
import Options

/// A data source of the registry with files that a test made, and what it must make of them.
struct SourceFixture: Sendable {
    /// A byte of a file.
    struct Place: Sendable {
        var file: String
        var offset: UInt64
    }

    /// The source's options, for files in a folder.
    var options: @Sendable (_ folder: String) -> Setting?
    /// Writes the files.
    var write: @Sendable (_ folder: String) throws -> Void
    /// Every file that the source reads; none where the samples are part of the program.
    var files: [String] = []
    /// The shape of each view's images; the default view has the name `""`.
    var shapes: [String: [Int]]
    var classCount: Int
    var trainCount: Int
    var testCount: Int
    /// Whether the source itself makes the test set of samples that are not in the training set.
    var isDisjoint = false
    /// The first label of the training set.
    var label: Place?
    /// A pixel of the training set, in each view.
    var pixels: [Place] = []

    /// The fixture of every source of the registry.
    static let all: [String: SourceFixture] = [
        "digits": digits, "fashion-mnist": fashion, "idx": idx, "cifar10": cifar10,
        "cifar100": cifar100, "images": images, "satellite": satellite,
        "table": table, "npy": npy, "npz": npz, "paired": paired,
        "text": text, "wordnet": wordnet, "corpus": corpus,
    ]

    private static let digits = SourceFixture(
        options: { _ in nil }, write: { _ in }, shapes: ["": [1, 8, 8]], classCount: 10,
        trainCount: 1257, testCount: 540, isDisjoint: true)

    /// Some neighbourhoods of the scene are alike, and those may lie in both parts.
    private static let satellite = SourceFixture(
        options: { _ in nil }, write: { _ in },
        shapes: [
            "": [4, 3, 3], "all": [4, 3, 3], "visible": [2, 3, 3], "infrared": [2, 3, 3],
        ], classCount: 6, trainCount: 4435, testCount: 2000)

    private static let fashion = SourceFixture(
        options: { .written(["folder": .written($0)]) },
        write: { folder in
            for (part, count) in [("train", 6), ("t10k", 4)] as [(String, UInt8)] {
                try DatasetsTests.write(
                    images([count, 28, 28]), to: "\(folder)/\(part)-images-idx3-ubyte")
                try DatasetsTests.write(
                    labels(count, classes: 10), to: "\(folder)/\(part)-labels-idx1-ubyte")
            }
        },
        files: ["train", "t10k"].flatMap {
            ["\($0)-images-idx3-ubyte", "\($0)-labels-idx1-ubyte"]
        },
        shapes: ["": [1, 28, 28]], classCount: 10, trainCount: 6, testCount: 4,
        label: Place(file: "train-labels-idx1-ubyte", offset: 8),
        pixels: [Place(file: "train-images-idx3-ubyte", offset: 16 + 100)])

    private static let idx = SourceFixture(
        options: { folder in
            let keys = ["images", "labels", "test-images", "test-labels"]
            let place = SourcePosition(file: "test.yaml", line: 7)
            let main = keys.map { key in
                Setting.Entry(key: key, position: place, value: .written("\(folder)/\(key)"))
            }
            let view = Setting.written([
                "images": .written("\(folder)/infrared"),
                "test-images": .written("\(folder)/test-infrared"),
            ])
            let others: [Setting.Entry] = [
                .init(key: "classes", position: place, value: .written("3")),
                .init(key: "views", position: place, value: .written(["infrared": view])),
            ]
            return Setting(.map(main + others), at: place)
        },
        write: { folder in
            for (prefix, count) in [("", 5), ("test-", 4)] as [(String, UInt8)] {
                let labels = labels(count, classes: 3)
                try DatasetsTests.write(labels, to: "\(folder)/\(prefix)labels")
                try DatasetsTests.write(images([count, 2, 3]), to: "\(folder)/\(prefix)images")
                try DatasetsTests.write(
                    images([count, 2, 4, 1]), to: "\(folder)/\(prefix)infrared")
            }
        },
        files: ["", "test-"].flatMap { ["\($0)images", "\($0)labels", "\($0)infrared"] },
        shapes: ["": [1, 2, 3], "infrared": [2, 4, 1]], classCount: 3, trainCount: 5,
        testCount: 4, label: Place(file: "labels", offset: 8),
        pixels: [Place(file: "images", offset: 16), Place(file: "infrared", offset: 20)])

    /// Its last field stands in quotes, without which the file is cut short.
    private static let table = SourceFixture(
        options: { folder in
            .written([
                "file": .written("\(folder)/rows.csv"), "test": .written("\(folder)/test.tsv"),
                "label": .written("y"),
            ])
        },
        write: { folder in
            try DatasetsTests.write(
                Array("x,y,z\n1,a,2\n2,b,\"3\"".utf8), to: "\(folder)/rows.csv")
            try DatasetsTests.write(Array("x\ty\tz\n1\ta\t\"2\"".utf8), to: "\(folder)/test.tsv")
        },
        files: ["rows.csv", "test.tsv"], shapes: ["": [1, 1, 2]], classCount: 2, trainCount: 2,
        testCount: 1)

    /// A changed byte of a compressed image is damage, not another pixel.
    private static let images = SourceFixture(
        options: { folder in
            .map([
                "folder": .written(folder), "manifest": .written("\(folder)/train.csv"),
                "test-manifest": .written("\(folder)/test.csv"), "size": .written("5"),
                "color": .written("grey"), "cache": .written("\(folder)/cache"),
            ])
        },
        write: { folder in
            for (file, fixture) in ["1.png": "rgb.png", "2.jpg": "photo.jpg"] {
                for part in ["train", "test"] {
                    try DatasetsTests.write(
                        Expected.bytes("images/\(fixture)"), to: "\(folder)/\(part)-\(file)")
                    try DatasetsTests.write(
                        Array("file,label\n\(part)-1.png,a\n\(part)-2.jpg,b\n".utf8),
                        to: "\(folder)/\(part).csv")
                }
            }
        },
        files: ["train-1.png", "train-2.jpg", "test-1.png", "test-2.jpg"],
        shapes: ["": [1, 5, 5]], classCount: 2, trainCount: 2, testCount: 2)

    /// The same table twice.
    private static let paired = SourceFixture(
        options: { folder in
            let part = Setting.written([
                "set": .written("table"), "options": table.options(folder) ?? .written([:]),
            ])
            return .written(["main": part, "views": .written(["again": part])])
        }, write: table.write, files: table.files,
        shapes: ["": [1, 1, 2], "again": [1, 1, 2]], classCount: 2, trainCount: 2, testCount: 1)

    /// As the table: its last field stands in quotes.
    private static let text = SourceFixture(
        options: { folder in
            .written([
                "file": .written("\(folder)/texts.csv"), "test": .written("\(folder)/test.tsv"),
                "length": .written("6"), "tokenizer": .written("bytes"),
            ])
        },
        write: { folder in
            try DatasetsTests.write(
                Array("text,label\nab,x\n\"c\",y\n\"d\",\"x\"".utf8), to: "\(folder)/texts.csv")
            try DatasetsTests.write(
                Array("label\ttext\ny\t\"e\"".utf8), to: "\(folder)/test.tsv")
        },
        files: ["texts.csv", "test.tsv"], shapes: ["": [1, 1, 6]], classCount: 2, trainCount: 3,
        testCount: 1)

    /// Ten senses of two classes; one byte less leaves the last without a bar.
    private static let wordnet = SourceFixture(
        options: { folder in
            .written([
                "folder": .written(folder), "part": .written("verb"), "length": .written("9"),
                "tokenizer": .written("bytes"),
            ])
        },
        write: { folder in
            let lines = (0..<10).map { "0000000\($0) \(29 + $0 / 5) v 01 w 0 000 |" }
            try DatasetsTests.write(
                Array(lines.joined(separator: " s\n").utf8), to: "\(folder)/data.verb")
        },
        files: ["data.verb"], shapes: ["": [1, 1, 9]], classCount: 15, trainCount: 8, testCount: 2)

    /// Each file ends within its last character when it is cut short.
    private static let corpus = SourceFixture(
        options: { folder in
            .written([
                "files": .written("\(folder)/a.txt"), "test": .written("\(folder)/b.txt"),
                "length": .written("4"),
            ])
        },
        write: { folder in
            try DatasetsTests.write(Array("one two é".utf8), to: "\(folder)/a.txt")
            try DatasetsTests.write(Array("three é".utf8), to: "\(folder)/b.txt")
        },
        files: ["a.txt", "b.txt"], shapes: ["": [1, 1, 4]], classCount: 256, trainCount: 3,
        testCount: 2)

    private static let npy = SourceFixture(
        options: { folder in
            let names = ["images", "labels", "test-images", "test-labels"]
            var options = Dictionary(
                uniqueKeysWithValues: names.map { ($0, Setting.written("\(folder)/\($0)")) })
            options["classes"] = .written("3")
            return .map(options)
        },
        write: { folder in
            for (prefix, count) in [("", 5), ("test-", 4)] {
                try DatasetsTests.write(
                    ArrayTests.file([count, 2, 3]), to: "\(folder)/\(prefix)images")
                try DatasetsTests.write(
                    ArrayTests.file([count]), to: "\(folder)/\(prefix)labels")
            }
        },
        files: ["", "test-"].flatMap { ["\($0)images", "\($0)labels"] },
        shapes: ["": [1, 2, 3]], classCount: 3, trainCount: 5, testCount: 4,
        label: Place(file: "labels", offset: UInt64(ArrayTests.file([5]).count - 5)),
        pixels: [Place(file: "images", offset: UInt64(ArrayTests.file([5, 2, 3]).count - 1))])

    /// The checksum of a member notices a changed byte, which is not other data but damage.
    private static let npz = SourceFixture(
        options: { .written(["file": .written("\($0)/stored.npz")]) },
        write: { folder in
            try DatasetsTests.write(Expected.bytes("stored.npz"), to: "\(folder)/stored.npz")
        },
        files: ["stored.npz"], shapes: ["": [3, 7, 5]], classCount: 3, trainCount: 6, testCount: 2)

    private static let cifar10 = cifar(
        train: (1...5).map { "data_batch_\($0).bin" }, test: "test_batch.bin", trainRows: 10_000,
        labelBytes: 1, classCount: 10)

    private static let cifar100 = cifar(
        train: ["train.bin"], test: "test.bin", trainRows: 50_000, labelBytes: 2, classCount: 100)

    /// Files of the exact size that the format promises, which hold zeros.
    private static func cifar(
        train: [String], test: String, trainRows: UInt64, labelBytes: UInt64, classCount: Int
    ) -> SourceFixture {
        SourceFixture(
            options: { .written(["folder": .written($0)]) },
            write: { folder in
                for name in train {
                    try writeSparse(trainRows * (labelBytes + 3072), to: "\(folder)/\(name)")
                }
                try writeSparse(10_000 * (labelBytes + 3072), to: "\(folder)/\(test)")
            },
            files: train + [test], shapes: ["": [3, 32, 32]], classCount: classCount,
            trainCount: 50_000, testCount: 10_000,
            label: Place(file: train[0], offset: labelBytes - 1),
            pixels: [Place(file: train[0], offset: labelBytes + 100)])
    }

    private static func images(_ dimensions: [UInt8]) -> [UInt8] {
        let count = dimensions.reduce(1) { $0 * Int($1) }
        return IDXTests.file(
            0x08, dimensions, (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) })
    }

    private static func labels(_ count: UInt8, classes: UInt8) -> [UInt8] {
        IDXTests.file(0x08, [count], (0..<count).map { $0 % classes })
    }
}

extension SourceFixture {
    /// The source with its files, in a folder that is there while `body` runs.
    func withSource<T>(
        named name: String, _ body: (_ source: any DatasetSource, _ folder: String) throws -> T
    ) throws -> T {
        try withTemporaryFolder { folder in
            try write(folder)
            let source = try DatasetSources.registry.make(name, options: options(folder))
            return try body(source, folder)
        }
    }
}

/// Writes one byte into a file.
func overwrite(_ place: SourceFixture.Place, with byte: UInt8, in folder: String) throws {
    let file = try FileHandle(forUpdating: URL(filePath: "\(folder)/\(place.file)"))
    try file.seek(toOffset: place.offset)
    try file.write(contentsOf: Data([byte]))
    try file.close()
}

/// Takes the last byte from a file.
func truncate(_ path: String) throws {
    let file = try FileHandle(forUpdating: URL(filePath: path))
    try file.truncate(atOffset: try file.seekToEnd() - 1)
    try file.close()
}

import Bytes
import Datasets
import Foundation
import Options
import Testing

/// New samples are read as those of the source: files that it was read from come to the same bits.
@Suite(.timeLimit(.minutes(1))) struct NewSamplesTests {
    private func corpus(_ set: String, _ options: [String: Setting]) throws -> Corpus {
        try DatasetSources.registry.make(set, options: .map(options)).load()
    }

    @Test(
        arguments: DatasetSources.registry.names.filter {
            !$0.hasPrefix("cifar") && $0 != "corpus"
        })
    func everyViewOfEverySourceReadsNewSamples(_ name: String) throws {
        let fixture = try #require(SourceFixture.all[name])
        try fixture.withSource(named: name) { source, folder in
            let corpus = try source.load()
            for view in [nil] + corpus.views.keys.sorted().map(Optional.some) {
                let message = message { try corpus.newSamples(in: ["\(folder)/none"], view: view) }
                #expect(message.contains("\(folder)/none: there is no such file"), "\(message)")
            }
        }
    }

    // MARK: tables

    private let table: [String: Setting] = [
        "label": .written("y"), "test-share": .written("0.25"), "fill": .written("mean"),
    ]
    private let rows = (0..<16).map { "\($0 * $0),\($0 % 3 == 0 ? "red" : "blue"),\($0 % 2)" }

    /// A table's new rows are normalized by those to train on alone, and encoded by its categories.
    @Test func rowsAreEncodedByTheTrainingRows() throws {
        try withTemporaryFolder { folder in
            var options = table
            let file = try write(
                Array(("x,c,y\n" + rows.joined(separator: "\n")).utf8), to: "\(folder)/a.csv")
            options["file"] = .written(file)
            let corpus = try corpus("table", options)
            let new = try corpus.newSamples(in: [file])
            #expect(new.labels == (0..<16).map { $0 % 2 })
            #expect(new.places[2] == "\(file), line 4")
            let known = (0..<corpus.train.count).map { corpus.train.subset([$0]).pixels }
            let read = (0..<16).map { new.samples.subset([$0]).pixels }
            #expect(known.allSatisfy { read.contains($0) })
            // Other columns, another order, no label.
            let others = try write(
                Array("c,note,x\nblue,a,1\n,b,\n".utf8), to: "\(folder)/b.csv")
            let second = try corpus.newSamples(in: [others])
            #expect(second.labels == [nil, nil])
            #expect(second.samples.subset([0]).pixels == read[1])
            #expect(second.samples.subset([1]).pixels == .floats([0, 0, 0]))
        }
    }

    @Test func rowsWithoutAHeaderMayLackTheLabel() throws {
        try withTemporaryFolder { folder in
            let file = try write(Array("a,1,2\nb,3,4\n".utf8), to: "\(folder)/a.csv")
            let corpus = try corpus(
                "table",
                [
                    "file": .written(file), "label": .written("1"), "header": .written("false"),
                    "test-share": .written("0"), "normalize": .written("false"),
                ])
            let bare = try write(Array("3,4\n".utf8), to: "\(folder)/b.csv")
            let new = try corpus.newSamples(in: [bare])
            #expect(new.samples.pixels == .floats([3, 4]) && new.labels == [nil])
            let wide = try write(Array("3,4,5,6\n".utf8), to: "\(folder)/c.csv")
            #expect(exitCode { try corpus.newSamples(in: [wide]) } == .corruptData)
        }
    }

    @Test func rowsThatCannotBeReadAreNamed() throws {
        try withTemporaryFolder { folder in
            var options = table
            options["file"] = .written(
                try write(
                    Array(("x,c,y\n" + rows.joined(separator: "\n")).utf8), to: "\(folder)/a.csv"))
            let corpus = try corpus("table", options)
            for (text, words) in [
                ("x,c\n1,red\none,red", "line 3, column 'x': 'one' is no number"),
                ("x,c\n1,green", "line 2, column 'c': 'green' is no category"),
                ("x,c,y\n1,red,7", "line 2, column 'y': '7' is no class"),
                ("x\n1", "lacks columns of \(folder)/a.csv: c"),
            ] {
                let file = try write(Array(text.utf8), to: "\(folder)/new.csv")
                #expect(exitCode { try corpus.newSamples(in: [file]) } == .corruptData)
                let message = message { try corpus.newSamples(in: [file]) }
                #expect(message.hasPrefix(file) && message.contains(words), "\(message)")
            }
        }
    }

    // MARK: texts

    @Test func textsAreEncodedByTheTrainingTexts() throws {
        try withTemporaryFolder { folder in
            let text = "text,label\n" + (0..<6).map { "good \($0) bad bad,\($0 % 2)\n" }.joined()
            let file = try write(Array(text.utf8), to: "\(folder)/a.csv")
            let corpus = try corpus(
                "text",
                [
                    "file": .written(file), "length": .written("5"), "test-share": .written("0"),
                ])
            let known = try corpus.newSamples(in: [file])
            #expect(known.samples.pixels == corpus.train.pixels)
            #expect(known.labels == [0, 1, 0, 1, 0, 1])
            let plain = try write(Array("good news".utf8), to: "\(folder)/b.txt")
            let lines = try write(
                Array("{\"text\": \"good news\"}\n{\"text\": \"bad\", \"label\": \"1\"}".utf8),
                to: "\(folder)/c.jsonl")
            let new = try corpus.newSamples(in: [plain, lines])
            #expect(new.labels == [nil, nil, 1])
            #expect(new.places == [plain, "\(lines), line 1", "\(lines), line 2"])
            #expect(new.samples.subset([0]).pixels == new.samples.subset([1]).pixels)
            let wrong = try write(
                Array("text,label\nbad,maybe\n".utf8), to: "\(folder)/d.csv")
            #expect(exitCode { try corpus.newSamples(in: [wrong]) } == .corruptData)
        }
    }

    @Test func aFolderOfTextsLabelsThem() throws {
        try withTemporaryFolder { folder in
            for (name, text) in ["x/1.txt": "a b", "y/1.txt": "b b", "x/2.txt": "a a"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(name.prefix(1))", withIntermediateDirectories: true)
                _ = try write(Array(text.utf8), to: "\(folder)/\(name)")
            }
            let corpus = try corpus(
                "text",
                [
                    "folder": .written(folder), "tokenizer": .written("bytes"),
                    "length": .written("4"), "test-share": .written("0"),
                ])
            let new = try corpus.newSamples(in: [folder])
            #expect(new.labels == [0, 0, 1] && new.samples.pixels == corpus.train.pixels)
            #expect(try corpus.newSamples(in: ["\(folder)/y"]).labels == [nil])
        }
    }

    // MARK: images and arrays

    @Test func picturesAreReadAsTheTrainingPictures() throws {
        try withTemporaryFolder { folder in
            for name in ["a", "b"] {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/in/\(name)", withIntermediateDirectories: true)
            }
            _ = try write(try Expected.bytes("images/rgb.png"), to: "\(folder)/in/a/1.png")
            _ = try write(try Expected.bytes("images/photo.jpg"), to: "\(folder)/in/b/1.jpg")
            let corpus = try corpus(
                "images",
                [
                    "folder": .written("\(folder)/in"), "size": .written("5"),
                    "cache": .written("\(folder)/cache"), "test-share": .written("0"),
                ])
            let new = try corpus.newSamples(in: ["\(folder)/in", "\(folder)/in/b/1.jpg"])
            #expect(new.labels == [0, 1, nil])
            #expect(new.samples.subset([0, 1]).identity() == corpus.train.identity())
            #expect(new.samples.subset([2]).identity() == corpus.train.subset([1]).identity())
            let damaged = try write(Array("no picture".utf8), to: "\(folder)/c.png")
            #expect(exitCode { try corpus.newSamples(in: [damaged]) } == .corruptData)
            #expect(exitCode { try corpus.newSamples(in: ["\(folder)/cache"]) } == .configuration)
            #expect(exitCode { try corpus.newSamples(in: ["-"]) } == .configuration)
        }
    }

    /// One sample or several, in NumPy's formats.
    @Test func arraysAreReadAsTheTrainingArrays() throws {
        let fixture = try #require(SourceFixture.all["npz"])
        try fixture.withSource(named: "npz") { source, folder in
            let corpus = try source.load()
            let test = try #require(corpus.test)
            let new = try corpus.newSamples(in: ["\(folder)/stored.npz"])
            #expect(new.samples.count == test.count && new.samples.pixels == test.pixels)
            #expect(new.labels == test.labels)
        }
    }

    @Test func valuesOfAnotherRangeAreRefused() throws {
        let corpus = try corpus("digits", [:])
        try withTemporaryFolder { folder in
            let one = try write(
                IDXTests.file(0x08, [8, 8], [UInt8](repeating: 16, count: 64)), to: "\(folder)/one")
            let new = try corpus.newSamples(in: [one])
            #expect(new.samples.count == 1 && new.places == [one])
            let loud = try write(
                IDXTests.file(0x08, [1, 8, 8], [UInt8](repeating: 17, count: 64)),
                to: "\(folder)/loud")
            let message = message { try corpus.newSamples(in: [loud]) }
            #expect(message.contains("element 0 is 17") && message.contains("0...16"))
            let small = try write(
                IDXTests.file(0x08, [2, 7, 8], [UInt8](repeating: 1, count: 112)),
                to: "\(folder)/small")
            #expect(exitCode { try corpus.newSamples(in: [small]) } == .configuration)
            let picture = try write(try Expected.bytes("images/grey.png"), to: "\(folder)/a.png")
            #expect(exitCode { try corpus.newSamples(in: [picture]) } == .configuration)
        }
    }

    /// A view of the scene takes its bands from samples of all four.
    @Test func aViewTakesItsChannels() throws {
        let corpus = try corpus("satellite", [:])
        try withTemporaryFolder { folder in
            let values = (0..<36).map { UInt8($0) }
            let file = try write(IDXTests.file(0x08, [4, 3, 3], values), to: "\(folder)/s")
            #expect(try corpus.newSamples(in: [file]).samples.pixels == .bytes(values))
            let infrared = try corpus.newSamples(in: [file], view: "infrared").samples
            #expect(infrared.shape == [2, 3, 3])
            #expect(infrared.pixels == .bytes(Array(values[18...])))
        }
    }
}

import Datasets
import Foundation
import Options
import Testing

/// Sources whose samples are paired by what names them.
@Suite(.timeLimit(.minutes(1))) struct PairedKeyTests {
    /// Four pictures, of which the sensors of three are known, and of one that has no picture.
    private static let rows = ["heat,photo,kind", "3,d2.jpg,dog", "1,x/c1,cat", "2,c2.png,cat"]

    /// Pictures in two folders, and a table.
    private func load(
        _ rows: [String], by: String = "name", key: String? = "photo", share: String = "0",
        pictures: [String] = ["cat/c1.png", "cat/c2.png", "dog/d2.png"],
        damaged: String? = nil, options: [String: String] = [:]
    ) throws -> Corpus {
        try withTemporaryFolder { folder in
            for path in pictures {
                let target = "\(folder)/pets/\(path)"
                try FileManager.default.createDirectory(
                    atPath: URL(filePath: target).deletingLastPathComponent().path,
                    withIntermediateDirectories: true)
                // A picture that is as its name, so that it can be recognised.
                let digit = path.utf8.reduce(0) { ($0 * 31 + Int($1)) % 8 }
                try write(Expected.bytes("images/turned-\(digit + 1).png"), to: target)
                if path == damaged { try truncate(target) }
            }
            let table = rows.joined(separator: "\n") + "\n"
            try write(Array(table.utf8), to: "\(folder)/sensors.csv")
            let sensors: [String: Setting] = [
                "set": .written("table"),
                "options": .written([
                    "file": .written("\(folder)/sensors.csv"), "label": .written("kind"),
                    "normalize": .written("false"),
                ]),
            ].merging(key.map { ["key": .written($0)] } ?? [:]) { $1 }
            let images = Setting.written([
                "set": .written("images"),
                "options": .written([
                    "folder": .written("\(folder)/pets"), "size": .written("4"),
                    "cache": .written("\(folder)/cache"), "test-share": .written(share),
                ]),
            ])
            var all: [String: Setting] = [
                "by": .written(by), "main": images,
                "views": .written(["sensors": .map(sensors)]),
            ]
            all.merge(options.mapValues { .written($0) }) { $1 }
            return try DatasetSources.registry.make("paired", options: .map(all)).load()
        }
    }

    private func heat(_ set: SampleSet?) -> [Float]? {
        guard case .floats(let values)? = set?.pixels else { return nil }
        return values
    }

    /// The rows stand in another order, with folders and other endings.
    @Test func rowsFollowTheirPictures() throws {
        let corpus = try load(Self.rows)
        let sensors = try corpus.view("sensors")
        #expect(corpus.train.labels == [0, 0, 1] && corpus.classNames == ["cat", "dog"])
        #expect(heat(sensors.train) == [1, 2, 3], "the key is no feature")
        #expect(corpus.origins.map { String($0.suffix(10)) }.last == "dog/d2.png")
    }

    /// The first source says which samples are for testing.
    @Test func mainDividesTheSamples() throws {
        let pictures = (1...6).map { "cat/c\($0).png" } + (1...6).map { "dog/d\($0).png" }
        let rows =
            ["heat,photo,kind"]
            + (1...6).reversed().flatMap { ["\($0),c\($0),cat", "\($0 * 10),d\($0),dog"] }
        let corpus = try load(rows, share: "0.5", pictures: pictures)
        let sensors = try corpus.view("sensors")
        let (train, test) = (try #require(heat(sensors.train)), try #require(heat(sensors.test)))
        #expect(train.count == 6 && test.count == 6 && Set(train + test).count == 12)
        let named = corpus.origins.compactMap { path in
            path.split(separator: "/").last.map { $0.dropFirst().prefix(1) }
                .flatMap { Float($0) }.map { path.contains("/dog/") ? $0 * 10 : $0 }
        }
        #expect(train == named)
    }

    @Test func whatHasNoPartnerIsCountedWithExamples() throws {
        let rows = Self.rows.dropLast() + ["9,e7,dog"]
        let text = message { try load(Array(rows)) }
        #expect(text.contains("1 of 3 samples of main have no partner"), "\(text)")
        #expect(text.contains("in view 'sensors' (table), such as 'c2' ("), "\(text)")
        #expect(text.contains("cat/c2.png), and 1 of 3 samples of view 'sensors'"), "\(text)")
        #expect(text.contains("such as 'e7' (") && text.contains("sensors.csv, line 4)"), "\(text)")
        #expect(text.contains("set unmatched: drop"), "\(text)")
        #expect(exitCode { try load(Array(rows)) } == .configuration)
    }

    @Test func whatHasNoPartnerCanBeDropped() throws {
        let rows = Self.rows.dropLast() + ["9,e7,dog"]
        let corpus = try load(Array(rows), options: ["unmatched": "drop"])
        #expect(corpus.train.labels == [0, 1])
        #expect(heat(try corpus.view("sensors").train) == [1, 3])
        let text = corpus.remarks.joined(separator: "\n")
        #expect(text.contains("'c2'") && text.contains("they are left out"), "\(text)")
    }

    /// What is left out is not decoded, and its damage does not matter.
    @Test func whatIsDroppedIsNotRead() throws {
        let pictures = ["cat/c1.png", "cat/c2.png", "dog/d2.png", "dog/e9.png"]
        func load(_ damaged: String) throws -> Corpus {
            try self.load(
                Self.rows, pictures: pictures, damaged: damaged, options: ["unmatched": "drop"])
        }
        #expect(try load("dog/e9.png").train.labels == [0, 0, 1])
        #expect(exitCode { try load("dog/d2.png") } == .corruptData)
    }

    @Test func partnersOfOtherClassesAreRefused() {
        let text = message {
            try load(Self.rows.map { $0.replacing("dog", with: "cat") } + ["0,q,dog"])
        }
        #expect(text.contains("1 of 3 samples of view 'sensors'"), "\(text)")
        #expect(text.contains("such as 'd2': it is of class 'cat' ("), "\(text)")
    }

    @Test func aNameThatStandsTwiceIsRefusedAndAPathIsNot() throws {
        let pictures = ["cat/1.png", "dog/1.png"]
        let text = message { try load(Self.rows, pictures: pictures) }
        #expect(
            text.contains("main (images) has 1 samples of a key that another one has"), "\(text)")
        #expect(text.contains("set by: path"), "\(text)")
        let rows = ["heat,photo,kind", "5,dog/1.tif,dog", "4,cat/1.tif,cat"]
        let corpus = try load(rows, by: "path", pictures: pictures)
        #expect(heat(try corpus.view("sensors").train) == [4, 5])
    }

    @Test func twoTablesArePairedByAColumn() throws {
        try withTemporaryFolder { folder in
            try write(Array("id,x,y\n7,1,a\n8,2,b\n9,3,a\n".utf8), to: "\(folder)/one.csv")
            try write(Array("z;no;y\n30;9;a\n10;7;a\n20;8;b\n".utf8), to: "\(folder)/two.csv")
            func part(_ file: String, _ key: String, _ delimiter: String) -> Setting {
                .written([
                    "set": .written("table"), "key": .written(key),
                    "options": .written([
                        "file": .written("\(folder)/\(file)"), "label": .written("y"),
                        "normalize": .written("false"), "test-share": .written("0"),
                        "delimiter": .written(delimiter),
                    ]),
                ])
            }
            let source = try DatasetSources.registry.make(
                "paired",
                options: .written([
                    "by": .written("key"), "main": part("one.csv", "id", "comma"),
                    "views": .written(["two": part("two.csv", "no", "semicolon")]),
                ]))
            let corpus = try source.load()
            #expect(heat(corpus.train) == [1, 2, 3])
            #expect(heat(try corpus.view("two").train) == [10, 20, 30])
        }
    }

    @Test(arguments: [
        ("key", nil, "view 'sensors': key is missing"),
        ("order", "photo", "view 'sensors': key has no effect by order"),
        ("name", nil, "set key to the column that names it"),
        ("name", "foto", "did you mean 'photo'?"),
    ])
    func keysThatDoNotFitAreRefused(_ by: String, _ key: String?, _ expected: String) {
        let text = message { try load(Self.rows, by: by, key: key) }
        #expect(text.contains(expected), "\(text)")
    }

    @Test func aSourceWithoutNamesIsRefused() {
        let digits = Setting.written(["set": .written("digits")])
        let options: KeyValuePairs<String, Setting> = [
            "by": .written("name"), "main": digits, "views": .written(["again": digits]),
        ]
        let text = message {
            try DatasetSources.registry.make("paired", options: .written(options))
        }
        #expect(
            text.contains("main: set 'digits' has no names of samples; set by: order"), "\(text)")
        #expect(text.contains("view 'again'"), "both are named: \(text)")
    }
}

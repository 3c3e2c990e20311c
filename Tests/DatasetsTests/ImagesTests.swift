import Datasets
import Foundation
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct ImagesTests {
    /// Copies fixtures into a folder: the keys are paths there.
    private func withImages<T>(
        _ files: [String: String], _ body: (_ folder: String) throws -> T
    ) throws -> T {
        try withTemporaryFolder { folder in
            for (path, fixture) in files {
                let target = "\(folder)/\(path)"
                try FileManager.default.createDirectory(
                    atPath: URL(filePath: target).deletingLastPathComponent().path,
                    withIntermediateDirectories: true)
                try write(Expected.bytes(fixture), to: target)
            }
            return try body(folder)
        }
    }

    private func load(_ folder: String, _ options: [String: Setting]) throws -> Corpus {
        var all: [String: Setting] = [
            "cache": .written("\(folder)/cache"), "size": .written("6"),
            "test-share": .written("0"),
        ]
        all.merge(options) { $1 }
        return try DatasetSources.registry.make("images", options: .map(all)).load()
    }

    private static let pets = [
        "pets/cat/a.png": "images/rgb.png", "pets/cat/deep/b.JPG": "images/photo.jpg",
        "pets/dog/c.png": "images/alpha.png", "pets/dog/.hidden.png": "images/grey.png",
        "pets/dog/Thumbs.db": "rows.npz",
    ]

    @Test func classesAreTheFoldersInOrder() throws {
        try withImages(Self.pets) { folder in
            let corpus = try load(folder, ["folder": .written("\(folder)/pets")])
            #expect(corpus.classNames == ["cat", "dog"] && corpus.train.labels == [0, 0, 1])
            #expect(corpus.train.shape == [3, 6, 6] && corpus.test == nil)
            #expect(
                corpus.remarks == [
                    "\(folder)/pets: 1 files of other kinds are passed over, such as"
                        + " \(folder)/pets/dog/Thumbs.db"
                ])
        }
    }

    /// The second time nothing is decoded: the samples are those of the cache's file.
    @Test func imagesAreDecodedOnce() throws {
        try withImages(Self.pets) { folder in
            let options = ["folder": Setting.written("\(folder)/pets")]
            let first = try load(folder, options)
            let identity = first.identity()
            let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
            #expect(files.count == 1)
            let cache = try #require(files.first)
            try overwrite(
                .init(file: cache, offset: 64), with: 77, in: "\(folder)/cache")
            let second = try load(folder, options)
            #expect(second.train.labels == first.train.labels)
            #expect(second.identity() != identity)
        }
    }

    /// Other pixels or another form have another file; where the files lie does not count.
    @Test func theCacheIsNamedByContents() throws {
        try withImages(Self.pets) { folder in
            let options = ["folder": Setting.written("\(folder)/pets")]
            func files() throws -> Int {
                try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache").count
            }
            let before = try load(folder, options)
            _ = try load(folder, options.merging(["color": .written("grey")]) { $1 })
            #expect(try files() == 2)
            try FileManager.default.moveItem(
                atPath: "\(folder)/pets", toPath: "\(folder)/animals")
            let moved = try load(folder, ["folder": .written("\(folder)/animals")])
            #expect(try files() == 2 && moved.identity() == before.identity())
            try write(Expected.bytes("images/turned-3.png"), to: "\(folder)/animals/cat/a.png")
            _ = try load(folder, ["folder": .written("\(folder)/animals")])
            #expect(try files() == 3)
        }
    }

    @Test func aCacheThatCannotBeWrittenIsDoneWithout() throws {
        try withImages(Self.pets) { folder in
            let kept = try load(folder, ["folder": .written("\(folder)/pets")])
            let unkept = try load(
                folder,
                [
                    "folder": .written("\(folder)/pets"),
                    "cache": .written("\(folder)/pets/cat/a.png/cache"),
                ])
            #expect(kept.identity() == unkept.identity())
            #expect(kept.normalization == unkept.normalization)
        }
    }

    @Test func aManifestNamesFilesAndClasses() throws {
        try withImages(["x/1.png": "images/rgb.png", "x/2.png": "images/grey.png"]) { folder in
            try write(Array("file,label\nx/1.png,b\nx/2.png,a\n".utf8), to: "\(folder)/list.csv")
            let corpus = try load(folder, ["manifest": .written("\(folder)/list.csv")])
            #expect(corpus.classNames == ["a", "b"] && corpus.train.labels == [1, 0])
        }
    }

    @Test func withoutASizeAllImagesMustHaveOne() throws {
        try withImages(Self.pets) { folder in
            var options: [String: Setting] = ["folder": .written("\(folder)/pets")]
            options["cache"] = .written("\(folder)/cache")
            let text = message {
                try DatasetSources.registry.make("images", options: .map(options)).load()
            }
            #expect(text.contains("set size") && text.contains("22×17"), "\(text)")
        }
    }

    @Test func damagedFilesAreNamedTogether() throws {
        try withImages(Self.pets) { folder in
            for file in ["cat/a.png", "dog/c.png"] { try truncate("\(folder)/pets/\(file)") }
            let options = ["folder": Setting.written("\(folder)/pets")]
            #expect(exitCode { try load(folder, options) } == .corruptData)
            let text = message { try load(folder, options) }
            #expect(text.contains("pets/cat/a.png: is damaged or cut short"), "\(text)")
            #expect(text.contains("pets/dog/c.png: is damaged or cut short"), "\(text)")
            let files = try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
            #expect(files?.isEmpty ?? true)
        }
    }

    @Test func doublesAreRemarkedOn() throws {
        let files = ["p/a/1.png": "images/rgb.png", "p/b/2.png": "images/rgb.png"]
        try withImages(files) { folder in
            let corpus = try load(folder, ["folder": .written("\(folder)/p")])
            #expect(
                corpus.remarks == [
                    "\(folder)/p/b/2.png is the same image as \(folder)/p/a/1.png, which has"
                        + " another class"
                ])
        }
    }

    @Test(arguments: [
        (["p/a/1.png": "images/rgb.png"], "holds 1 folders"),
        (["p/train/1.png": "images/rgb.png", "p/test/1.png": "images/rgb.png"], "test and train"),
        (["p/a/1.png": "images/rgb.png", "p/b/x.txt": "cr.csv"], "p/b: holds no PNG or JPEG"),
    ])
    func unlikelyFoldersAreRefused(_ files: [String: String], _ expected: String) throws {
        try withImages(files) { folder in
            let options = ["folder": Setting.written("\(folder)/p")]
            #expect(exitCode { try load(folder, options) } == .configuration)
            let text = message { try load(folder, options) }
            #expect(text.contains(expected), "\(text)")
        }
    }
}

import Datasets
import Foundation
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct ImagesTests {
    private func load(_ folder: String, _ options: [String: Setting]) throws -> Corpus {
        try loadImages(folder, options)
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

    /// The two spellings of é are one name to a reader, and two folders to the disk.
    @Test func foldersThatLookAlikeAreRefused() throws {
        let images = ["pets/caf\u{E9}/a.png": "images/rgb.png", "pets/dog/b.png": "images/rgb.png"]
        try withImages(images) { folder in
            let other = "\(folder)/pets/cafe\u{301}"
            try FileManager.default.createDirectory(
                atPath: other, withIntermediateDirectories: false)
            try write(Expected.bytes("images/rgb.png"), to: "\(other)/c.png")
            let text = message { try load(folder, ["folder": .written("\(folder)/pets")]) }
            #expect(text.contains("several folders of the same name") && text.contains("caf\u{E9}"))
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

    /// What is tested on changes no sample; the same picture under another name is no other one.
    @Test func theCacheDoesNotDependOnDivisionOrNames() throws {
        try withImages(Self.pets) { folder in
            let options = ["folder": Setting.written("\(folder)/pets")]
            let all = try load(folder, options)
            try FileManager.default.copyItem(
                atPath: "\(folder)/pets/cat/a.png", toPath: "\(folder)/pets/cat/again.png")
            let divided = try load(folder, options.merging(["test-share": .written("0.4")]) { $1 })
            #expect(try files(folder).count == 1)
            #expect(divided.train.count == 3 && divided.test?.count == 1)
            let again = try load(folder, options)
            #expect(again.train.labels == [0, 0, 0, 1])
            #expect(again.train.subset([0, 2, 3]).identity() == all.train.identity())
            #expect(again.train.subset([1]).identity() == all.train.subset([0]).identity())
        }
    }

    /// A process that was killed leaves a part behind; a disk that was full, a short file.
    @Test func whatIsLeftOfABrokenCacheIsWrittenAnew() throws {
        try withImages(Self.pets) { folder in
            let options = ["folder": Setting.written("\(folder)/pets")]
            let whole = try load(folder, options).identity()
            let name = try #require(try files(folder).first)
            let path = "\(folder)/cache/\(name)"
            try FileManager.default.moveItem(atPath: path, toPath: "\(path).partial")
            #expect(try load(folder, options).identity() == whole)
            #expect(try files(folder) == [name])
            try truncate(path)
            #expect(try load(folder, options).identity() == whole)
            #expect(try files(folder) == [name])
        }
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
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
            let text = unkept.remarks.joined(separator: "\n")
            #expect(text.contains("a.png/cache") && text.contains("at every start"), "\(text)")
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
                    "\(folder)/p/b/2.png is the same picture as \(folder)/p/a/1.png, which has"
                        + " another class"
                ])
        }
    }

    /// rgb.png has 11×14 pixels, photo.jpg 22×17, grey.png 9×6.
    @Test(arguments: [
        (["size": "12"], "1 of 2 pictures are smaller than samples of 12×12"),
        (["size": "30", "fit": "stretch"], "2 of 2 pictures are smaller"),
        (["size": "4 12"], "2 of 2 pictures are cropped to less than half"),
        (["size": "4 12", "fit": "stretch"], "2 of 2 pictures are stretched"),
    ])
    func unlikelySizesAreRemarkedOn(_ form: [String: String], _ expected: String) throws {
        try withImages(["p/a/1.png": "images/rgb.png", "p/b/2.jpg": "images/photo.jpg"]) { folder in
            var options = form.mapValues { Setting.written($0) }
            let size = form["size", default: ""].split(separator: " ").map(String.init)
            options["size"] = Setting(
                .list(size.map { Setting.written($0) }), at: SourcePosition(file: "f", line: 1))
            options["folder"] = .written("\(folder)/p")
            let text = try load(folder, options).remarks.joined(separator: "\n")
            #expect(text.contains(expected), "\(text)")
            options["fit"] = .written("pad")
            options["size"] = .written("6")
            #expect(try load(folder, options).remarks.isEmpty)
        }
    }

    @Test func greyPicturesAreRemarkedOnAmongColouredOnes() throws {
        try withImages(["p/a/1.png": "images/rgb.png", "p/b/2.png": "images/grey.png"]) { folder in
            let options = ["folder": Setting.written("\(folder)/p")]
            let remarks = try load(folder, options).remarks
            #expect(
                remarks == [
                    "1 of 2 pictures are grey among coloured ones, and get three equal channels"
                        + " (\(folder)/p/b/2.png is 9×6)"
                ])
            let grey = options.merging(["color": .written("grey")]) { $1 }
            #expect(try load(folder, grey).remarks.isEmpty)
        }
    }

    @Test func aCircleOfLinksIsRefused() throws {
        try withImages(["p/a/1.png": "images/rgb.png", "p/b/2.png": "images/grey.png"]) { folder in
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/p/a/again", withDestinationPath: "\(folder)/p/a")
            let options = ["folder": Setting.written("\(folder)/p")]
            #expect(exitCode { try load(folder, options) } == .configuration)
            #expect(message { try load(folder, options) }.contains("leads in a circle"))
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

    /// A test folder may lack classes, and then says so; one that has a folder has pictures in it.
    @Test func classesMayLackATestFolder() throws {
        let files = Self.pets.merging(["t/dog/1.png": "images/grey.png"]) { $1 }
        try withImages(files) { folder in
            let options = [
                "folder": Setting.written("\(folder)/pets"), "test": .written("\(folder)/t"),
            ]
            let corpus = try load(folder, options)
            #expect(corpus.test?.labels == [1])
            #expect(
                corpus.remarks.contains(
                    "\(folder)/t: has no folder of cat; 1 of 2 classes are not tested"))
            try FileManager.default.createDirectory(
                atPath: "\(folder)/t/cat", withIntermediateDirectories: true)
            #expect(message { try load(folder, options) }.contains("t/cat: holds no PNG or JPEG"))
            try FileManager.default.removeItem(atPath: "\(folder)/t/cat")
            try FileManager.default.removeItem(atPath: "\(folder)/t/dog")
            #expect(message { try load(folder, options) }.contains("has no folder of any class"))
        }
    }

    /// What a copy to another host needs: the folders of the files that a manifest lists.
    @Test func pathsLeadToTheFilesOfAManifest() throws {
        try withTemporaryFolder { folder in
            try FileManager.default.createDirectory(
                atPath: "\(folder)/lists", withIntermediateDirectories: true)
            let list = try write(
                Array("file,label\na/1.png,x\na/b/2.png,y\n/far/3.png,x\n4.png,y\n".utf8),
                to: "\(folder)/lists/list.csv")
            func paths(_ options: [String: String]) throws -> [String] {
                try DatasetSources.registry.make(
                    "images", options: .map(options.mapValues { .written($0) })
                ).paths
            }
            #expect(try paths(["manifest": list]) == ["/far", "\(folder)/lists", list])
            #expect(
                try paths(["manifest": list, "folder": "\(folder)/lists"])
                    == ["\(folder)/lists", "/far", list])
            #expect(
                try paths(["folder": "p", "test-manifest": list]) == ["p", "/far", list])
            try write(
                Array("file,label\n1.png,x\npets/2.png,y\n".utf8), to: "\(folder)/list.csv")
            let here = FileManager.default.currentDirectoryPath
            #expect(here != folder, "relative manifests are tried from the command line")
            #expect(try paths(["manifest": "\(folder)/none.csv"]) == ["\(folder)/none.csv"])
        }
    }

    /// One number and two equal ones are one setting; where files are listed changes no number.
    @Test func whatMeansTheSameIsOneSetting() throws {
        func size(_ size: [String]) -> Setting? {
            let setting = Setting(
                .list(size.map { .written($0) }), at: SourcePosition(file: "f", line: 1))
            let options: [String: Setting] = ["folder": .written("p"), "size": setting]
            let reading = DatasetSources.registry.reading("images", options: .map(options))
            return reading.options["size"]?.value
        }
        #expect(size(["32"])?.value == size(["32", "32"])?.value && size(["32"]) != nil)
        #expect(size(["32"])?.value != size(["32", "31"])?.value)
        for (set, keys) in [
            ("images", ["file-column", "label-column", "delimiter", "header"]),
            ("text", ["format", "text", "label", "delimiter", "header"]),
        ] {
            for key in keys { #expect(DatasetSources.keys(of: set)?[key] == .placement, "\(key)") }
        }
    }
}

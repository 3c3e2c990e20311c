import Datasets
import Foundation
import NeuralNetwork
import Options
import Testing

/// Text for language models, of files that a test writes.
@Suite(.timeLimit(.minutes(1))) struct RunningTextTests {
    private static let end = 0

    /// Writes files below a folder, and loads a corpus whose options name them as `FOLDER/…`.
    ///
    /// - Parameter list: the paths to read, where they are several.
    private func load(
        _ files: [String: String], _ options: [String: String], list: [String] = [],
        tokenizer: Setting? = nil, prepare: (String) throws -> Void = { _ in }
    ) throws -> Corpus {
        try withFiles(files.mapValues { Array($0.utf8) }) { folder in
            try prepare(folder)
            return try source(options, list: list, in: folder, tokenizer).load()
        }
    }

    private func source(
        _ options: [String: String], list: [String] = [], in folder: String = "",
        _ tokenizer: Setting? = nil
    ) throws -> any DatasetSource {
        func setting(_ text: String) -> Setting {
            text.isEmpty
                ? Setting(.scalar("", isQuoted: true), at: SourcePosition(file: "f", line: 1))
                : .written(text.replacingOccurrences(of: "FOLDER", with: folder))
        }
        var settings = options.mapValues(setting)
        settings["tokenizer"] = tokenizer
        if !list.isEmpty {
            settings["files"] = Setting(
                .list(list.map(setting)), at: SourcePosition(file: "test.yaml", line: 7))
        }
        return try DatasetSources.registry.make("corpus", options: .map(settings))
    }

    /// The inputs of each sample.
    private func inputs(_ set: SampleSet) -> [[Int]] {
        let values: [Int] =
            switch set.pixels {
            case .bytes(let bytes): bytes.map(Int.init)
            case .floats(let floats): floats.map { Int($0) }
            case .mapped: []
            }
        return rows(values, of: set)
    }

    private func labels(_ set: SampleSet) -> [[Int]] { rows(set.labels, of: set) }

    private func rows(_ values: [Int], of set: SampleSet) -> [[Int]] {
        (0..<set.count).map { Array(values[$0 * set.sampleSize..<($0 + 1) * set.sampleSize]) }
    }

    /// The texts of the training windows, one behind the other.
    private func text(_ set: SampleSet, _ corpus: Corpus) throws -> String {
        let coding = try #require(corpus.defaultView.coding)
        let values = inputs(set).flatMap { $0 }
        return coding.tokens.text(of: values)
    }

    private func bytes(_ text: String) -> [Int] { text.utf8.map(Int.init) }

    /// Every token but the first is a label once, and each input stands before its label.
    @Test func windowsShareATokenAtTheirBorders() throws {
        let corpus = try load(
            ["a.txt": "abcd", "b.txt": "efg"],
            ["files": "FOLDER", "length": "4", "test-share": "0"])
        let (a, b) = (bytes("abcd"), bytes("efg"))
        #expect(corpus.train.shape == [1, 1, 4] && corpus.train.labelsPerSample == 4)
        #expect(corpus.train.classCount == 256 && corpus.test == nil)
        #expect(inputs(corpus.train) == [a, [Self.end] + b])
        #expect(labels(corpus.train) == [Array(a[1...]) + [Self.end], b + [Self.end]])
        let padded = try load(
            ["a.txt": "abcd", "b.txt": "efg"],
            ["files": "FOLDER", "length": "5", "test-share": "0"])
        #expect(inputs(padded.train) == [a + [Self.end], b + [0, 0]])
        #expect(
            labels(padded.train) == [
                Array(a[1...]) + [Self.end, b[0]], Array(b[1...]) + [Self.end, -1, -1],
            ])
    }

    /// Worked by hand: 7 bytes, 9 tokens with the ends, of which 8 are labels.
    @Test func bytesOfATokenLeaveOutTheEndOfATextAlone() throws {
        let corpus = try load(
            ["a.txt": "abcd", "b.txt": "efg"],
            ["files": "FOLDER", "length": "4", "test-share": "0"])
        let bytes = try #require(corpus.train.bytesPerLabel)
        #expect(abs(bytes - 7.0 / 9) < 1e-12)
        let words = try load(
            ["a.txt": "one two one two ", "t.txt": "one two"],
            ["files": "FOLDER/a.txt", "test": "FOLDER/t.txt", "length": "8"],
            tokenizer: .written("words"))
        let found = try #require(words.train.bytesPerLabel)
        #expect(abs(found - 16.0 / 5) < 1e-12)
        let test = try #require(words.test?.bytesPerLabel)
        #expect(abs(test - 7.0 / 3) < 1e-12)
    }

    @Test(arguments: [
        (["files": "FOLDER/**/*.txt"], "'**' is no pattern here"),
        (["files": "FOLDER", "test-share": "0.9", "length": "2"], "nothing to train on"),
    ])
    func whatWouldLeaveTextOutIsRefused(options: [String: String], message: String) throws {
        let error = #expect(throws: DatasetError.self) {
            try load(["a.txt": "ab"], options)
        }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }

    @Test func linesAreSamplesThatEndByThemselves() throws {
        let corpus = try load(
            ["a.txt": "ab\r\n\ncdefgh\n"],
            ["files": "FOLDER/a.txt", "samples": "lines", "length": "4", "test-share": "0"])
        #expect(inputs(corpus.train) == [bytes("ab") + [0, 0], bytes("cdef")])
        #expect(labels(corpus.train) == [bytes("b") + [0, -1, -1], bytes("defg")])
        #expect(
            corpus.remarks.contains {
                $0.contains("1 of 2 training lines have more than 4 tokens")
                    && $0.hasSuffix("a length of 6 holds all")
            }, "\(corpus.remarks)")
    }

    /// Of a prompt and its answer the answer alone is learned, with the token that ends it.
    @Test func onlyAnswersHaveLabels() throws {
        let corpus = try load(
            ["a.txt": "ab>ba\nc>c>\n"],
            [
                "files": "FOLDER/a.txt", "samples": "lines", "answer-after": ">", "length": "6",
                "test-share": "0",
            ])
        #expect(
            labels(corpus.train) == [
                [-1, -1] + bytes("ba") + [0, -1], [-1] + bytes("c>") + [0, -1, -1],
            ])
        // Four bytes of answers, and two ends.
        let ratio = try #require(corpus.train.bytesPerLabel)
        #expect(abs(ratio - 4.0 / 6) < 1e-12)
        let text = message {
            try load(
                ["a.txt": "ab>ba\nab\n"],
                ["files": "FOLDER/a.txt", "samples": "lines", "answer-after": ">"])
        }
        #expect(text.contains("a.txt, line 2: lacks '>' (answer-after)"), "\(text)")
    }

    @Test func answersThatAreCutAreRemarkedOn() throws {
        let corpus = try load(
            ["a.txt": "abcdef>g\na>b\n"],
            [
                "files": "FOLDER/a.txt", "samples": "lines", "answer-after": ">", "length": "3",
                "test-share": "0",
            ])
        #expect(labels(corpus.train)[0] == [-1, -1, -1])
        let remark = corpus.remarks.first { $0.contains("1 training lines have no token") }
        #expect(remark?.hasSuffix("a.txt, line 1") == true, "\(corpus.remarks)")
    }

    @Test func foldersAreReadToTheirDepthsAndLinksOnce() throws {
        let corpus = try load(
            ["d/b.txt": "b", "d/a/deep/x": "x", "d/.hidden": "h", "e.txt": "e"],
            ["length": "2", "test-share": "0"],
            list: ["FOLDER/d", "FOLDER/e.txt", "FOLDER/d/b.txt"]
        ) { folder in
            let link = "\(folder)/d/c.txt"
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: "\(folder)/d/b.txt")
            try FileManager.default.createSymbolicLink(
                atPath: "\(folder)/d/circle", withDestinationPath: "\(folder)/d")
        }
        #expect(try text(corpus.train, corpus) == "x\0b\0e")
    }

    @Test func patternsNameFiles() throws {
        let files = [
            "d/a1.txt": "1", "d/a2.txt": "2", "d/a10.txt": "0", "d/b.txt": "b", "e/a3.txt": "3",
            "d/a4.md": "4", "d/aé.txt": "é",
        ]
        for (pattern, expected) in [
            "FOLDER/d/a?.txt": "1\u{0}2\u{0}é", "FOLDER/*/a*.txt": "1\u{0}0\u{0}2\u{0}é\u{0}3",
            "FOLDER/e*": "3", "FOLDER/?/*": "1\u{0}0\u{0}2\u{0}4\u{0}é\u{0}b\u{0}3",
        ] {
            let corpus = try load(
                files, ["files": pattern, "length": "64", "test-share": "0"])
            #expect(try text(corpus.train, corpus) == expected, "\(pattern)")
        }
        #expect(
            message { try load(files, ["files": "FOLDER/z*"]) }
                .contains("/z*: there is no such file or folder"))
        let paths = try source(["files": "/usr/share/*/x", "length": "2"]).paths
        #expect(paths == ["/usr/share"])
    }

    @Test func filesInFoldersThatHoldNoTextAreRemarkedOn() throws {
        let corpus = try load(
            ["d/a": "text", "d/empty": ""], ["files": "FOLDER/d", "length": "4", "test-share": "0"]
        ) { folder in
            try write([0xFF, 0x41], to: "\(folder)/d/latin")
            try write([0x41, 0], to: "\(folder)/d/zero")
            try write(gzipped(Array("zip".utf8)), to: "\(folder)/d/z.gz")
        }
        #expect(try text(corpus.train, corpus) == "text\0zip")
        let remarks = corpus.remarks.joined(separator: "\n")
        for part in [
            "2 files hold no text and are left out, the first", "/d/latin: is not UTF-8",
            "1 files are empty, the first",
        ] { #expect(remarks.contains(part), "\(remarks)") }
    }

    @Test(
        arguments: [
            ("a.txt", [0xFF], "a.txt: is not UTF-8", 65), ("a.txt", [], "a.txt: holds no text", 65),
            ("a.txt", [0x41, 0], "holds a zero byte", 65), ("none", [], "no such file", 66),
            ("d/a", [0xFF], "d: holds no text: ", 65), ("d/.a", [0x41], "d: holds no file", 78),
        ] as [(String, [UInt8], String, Int32)])
    func filesThatCannotBeReadAreNamed(
        _ name: String, _ bytes: [UInt8], _ expected: String, _ code: Int32
    ) throws {
        try withTemporaryFolder { folder in
            let isInFolder = name.hasPrefix("d/")
            try FileManager.default.createDirectory(
                atPath: "\(folder)/d", withIntermediateDirectories: true)
            if name != "none" { try write(bytes, to: "\(folder)/\(name)") }
            let source = try source(["files": "\(folder)/\(isInFolder ? "d" : name)"])
            #expect(exitCode { try source.load() }?.rawValue == code)
            let text = message { try source.load() }
            #expect(text.contains(expected), "\(text)")
        }
    }

    /// Of few texts the end of each, from a line's beginning; of many a share of whole ones.
    @Test func testTextsAreEndsOrWholeTexts() throws {
        let few = try load(
            ["a": "1234567\n8\nx\n", "b": "123456é78"],
            ["files": "FOLDER", "length": "32", "test-share": "0.3"])
        #expect(try text(few.train, few) == "1234567\n\u{0}123456é")
        let ends = try #require(few.test)
        #expect(try text(ends, few) == "8\nx\n\u{0}78")
        #expect(few.facts.contains("test texts: the end of each of 2 texts"))
        let files = Dictionary(uniqueKeysWithValues: (10..<30).map { ("\($0)", "text \($0)") })
        let many = try load(files, ["files": "FOLDER", "length": "256", "test-share": "0.25"])
        let parts = try [many.train, #require(many.test)].map { set in
            try text(set, many).split(separator: "\0")
        }
        #expect(parts.map(\.count) == [15, 5] && Set(parts.joined()).count == 20)
        #expect(many.facts.contains("test texts: 5 of 20 texts, drawn by test-seed 0"))
        let other = try load(
            files, ["files": "FOLDER", "length": "256", "test-share": "0.25", "test-seed": "1"])
        #expect(other.train != many.train)
        let idle = message { try load(["a": "abc"], ["files": "FOLDER", "test-seed": "1"]) }
        #expect(idle.contains("so that test-seed has no effect; leave it out"), "\(idle)")
    }

    @Test func glossesAreTexts() throws {
        let corpus = try load(
            [
                "data.noun":
                    "  1 licence\n01 03 n 01 entity | that which is  \n02 28 n | now; \"x | y\"\n"
            ],
            [
                "files": "FOLDER/data.noun", "format": "wordnet", "length": "64",
                "test-share": "0",
            ])
        #expect(try text(corpus.train, corpus) == "that which is\u{0}now; \"x | y\"")
        let text = message {
            try load(["n": "01 x\n"], ["files": "FOLDER/n", "format": "wordnet"])
        }
        #expect(text.contains("n: line 1: is no sense"), "\(text)")
    }

    @Test func aPromptHasTheTokensOfTraining() throws {
        let files = ["a.txt": "the cat sat on the mat, the cat sat"]
        for (name, expected) in ["bytes": bytes("cat"), "words": [2 + 1]] {
            let corpus = try load(
                files, ["files": "FOLDER", "test-share": "0", "length": "8"],
                tokenizer: .written(name))
            let coding = try #require(corpus.defaultView.coding)
            #expect(coding.encode("cat") == expected, "\(name)")
            #expect(coding.tokens.text(of: coding.encode("the cat")) == "the cat")
        }
        let pieces = try load(
            files, ["files": "FOLDER", "test-share": "0", "length": "8"],
            tokenizer: .written("wordpiece"))
        let coding = try #require(pieces.defaultView.coding)
        #expect(coding.tokens.texts[coding.tokens.end] == "[SEP]")
        #expect(pieces.train.labels.contains(coding.tokens.end))
    }

    @Test func markersAreRefused() throws {
        let text = message {
            try load(
                ["a.txt": "a b a b"], ["files": "FOLDER", "length": "8"],
                tokenizer: .written(["kind": .written("wordpiece"), "markers": .written("true")]))
        }
        #expect(text.contains("ends by '[SEP]' alone; leave markers out"), "\(text)")
    }

    @Test func newSamplesAreRefusedWithTheCommand() throws {
        let corpus = try load(["a.txt": "abc"], ["files": "FOLDER", "test-share": "0"])
        let text = message { try corpus.newSamples(in: ["x"]) }
        #expect(text.contains("cohort generate RUN/LEARNER --prompt"), "\(text)")
    }

    @Test func littleTextIsRemarkedOn() throws {
        let words = (0..<300).map { "w\($0) w\($0)" }.joined(separator: " ")
        let corpus = try load(
            ["a.txt": words, "t.txt": "new words w1"],
            ["files": "FOLDER/a.txt", "test": "FOLDER/t.txt", "length": "16"],
            tokenizer: .written("words"))
        let remarks = corpus.remarks.joined(separator: "\n")
        for part in [
            "make 38 samples of 16 tokens, which teach little",
            "has 302 tokens, and the training texts 601, so that",
            "50 % of the tokens of the test texts are in no vocabulary",
        ] { #expect(remarks.contains(part), "\(remarks)") }
        #expect(corpus.facts.contains { $0.hasPrefix("training: 1 texts, \(words.utf8.count) by") })
    }

    @Test func mistakesOfOptionsAreNamed() {
        for (options, expected) in [
            ([:], "files names no text"), (["files": ""], "files holds an empty name"),
            (["files": "a", "answer-after": ">"], "answer-after has no effect on windows"),
            (["files": "a", "samples": "lines", "answer-after": ""], "answer-after is empty"),
            (["files": "a", "length": "1"], "length is 1"),
            (["files": "a", "test": "b", "test-share": "0.1"], "test-share has no effect beside"),
            (["files": "a", "test-sahre": "0.1"], "did you mean 'test-share'?"),
        ] as [([String: String], String)] {
            let text = message { try source(options) }
            #expect(text.contains(expected), "\(text)")
        }
    }

    /// Samples with a label at each position have no class of their own.
    @Test func whatNeedsAClassOfASampleRefusesText() throws {
        try withTemporaryFolder { folder in
            let path = try write(Array("abc".utf8), to: "\(folder)/a.txt")
            let part = Setting.written([
                "set": .written("corpus"), "options": .written(["files": .written(path)]),
            ])
            let paired = try DatasetSources.registry.make(
                "paired", options: .written(["main": part, "views": .written(["b": part])]))
            let text = message { try paired.load() }
            #expect(text.contains("main (corpus): samples of corpus have a label at"), "\(text)")
        }
    }

    @Test func arraysHoldTheLabelsOfPositions() throws {
        let corpus = try load(
            ["a.txt": "abcdefg"], ["files": "FOLDER", "test-share": "0", "length": "4"])
        try withTemporaryFolder { folder in
            try corpus.writeArrays(to: folder)
            let bytes = [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/train-labels.npy")))
            #expect(String(decoding: bytes.prefix(128), as: UTF8.self).contains("(2, 4, )"))
            #expect(bytes.suffix(8) == [UInt8](repeating: 0xFF, count: 8)[...])
        }
    }
}

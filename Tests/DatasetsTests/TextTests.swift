import Bytes
import Datasets
import Foundation
import NeuralNetwork
import Options
import Testing

/// Texts in files and folders.
@Suite(.timeLimit(.minutes(1))) struct TextTests {
    /// Writes files below a folder, and loads a source whose options name them as `FOLDER/…`.
    private func load(
        _ files: [String: String], _ options: [String: String], _ set: String = "text"
    ) throws -> Corpus {
        try withFiles(files.mapValues { Array($0.utf8) }) { folder in
            let settings = options.mapValues {
                Setting.written($0.replacingOccurrences(of: "FOLDER", with: folder))
            }
            return try DatasetSources.registry.make(set, options: .map(settings)).load()
        }
    }

    private func texts(_ corpus: Corpus, _ set: SampleSet?) throws -> [String] {
        guard case .tokens(let tokens) = corpus.defaultView.contents, let set else { return [] }
        let values: [Int] =
            switch set.pixels {
            case .bytes(let bytes): bytes.map(Int.init)
            case .floats(let floats): floats.map { Int($0) }
            case .mapped: []
            }
        return (0..<set.count).map { sample in
            tokens.text(of: values[sample * set.sampleSize..<(sample + 1) * set.sampleSize])
        }
    }

    private static let small = ["tokenizer": "bytes", "length": "8", "test-share": "0"]

    private func small(_ options: [String: String]) -> [String: String] {
        Self.small.merging(options) { $1 }
    }

    /// Of data that have test texts.
    private func divided(_ options: [String: String]) -> [String: String] {
        small(options).filter { $0.key != "test-share" }
    }

    @Test func rowsOfEveryFormatAreTheSame() throws {
        let csv = "id,text,label\n1,\"a, \"\"b\"\"\",x\n2,\"two\nlines\",y\n"
        let tsv = "label\ttext\nx\t\"a, \"\"b\"\"\"\ny\t\"two\nlines\"\n"
        let json =
            #"{"text": "a, \"b\"", "label": "x"}"# + "\n\n"
            + #"{"label": "y", "text": "two\nlines", "id": [1, {"deep": null}]}"# + "\r\n"
        for (name, text) in ["t.csv": csv, "t.tsv": tsv, "t.jsonl": json] {
            let corpus = try load([name: text], small(["file": "FOLDER/\(name)", "length": "9"]))
            #expect(try texts(corpus, corpus.train) == ["a, \"b\"", "two\nlines"], "\(name)")
            #expect(corpus.train.labels == [0, 1] && corpus.classNames == ["x", "y"])
            #expect(corpus.train.shape == [1, 1, 9] && corpus.test == nil)
        }
    }

    @Test func columnsHaveNamesOrNumbers() throws {
        let named = try load(
            ["t.txt": "kind;body\n3;hello\n11;you\n"],
            small([
                "file": "FOLDER/t.txt", "text": "body", "label": "kind", "delimiter": "semicolon",
            ]))
        #expect(try texts(named, named.train) == ["hello", "you"])
        #expect(named.classNames == ["3", "11"])
        let numbered = try load(
            ["t.csv": "x,hello\ny,you\n"],
            small(["file": "FOLDER/t.csv", "text": "2", "label": "1", "header": "false"]))
        #expect(try texts(numbered, numbered.train) == ["hello", "you"])
    }

    @Test func labelsOfJSONAreWordsNumbersOrTruth() throws {
        let lines = #"{"t": "a", "y": true}"# + "\n" + #"{"t": "b", "y": 7}"# + "\n"
        let corpus = try load(
            ["t.json": lines], small(["file": "FOLDER/t.json", "text": "t", "label": "y"]))
        #expect(corpus.classNames == ["7", "true"])
    }

    @Test func foldersAreClasses() throws {
        let files = [
            "d/neg/2.txt": "bad", "d/neg/10.txt": "worse", "d/pos/1.txt": "\u{FEFF}good",
            "d/pos/.hidden": "no", "d/unsup/1.txt": "?", "d/README": "about",
        ]
        let corpus = try load(files, small(["folder": "FOLDER/d", "leave-out": "unsup"]))
        #expect(try texts(corpus, corpus.train) == ["worse", "bad", "good"])
        #expect(corpus.classNames == ["neg", "pos"])
        #expect(corpus.remarks.contains { $0.contains("not read, the first README") })
    }

    @Test func aClassToLeaveOutThatIsNotThereIsRemarkedOn() throws {
        let files = ["d/neg/1": "bad", "d/pos/1": "good", "d/unsup/1": "?"]
        let folder = try load(files, small(["folder": "FOLDER/d", "leave-out": "unsupp"]))
        let remark = folder.remarks.first { $0.contains("leave-out names 'unsupp'") }
        #expect(remark?.contains("did you mean 'unsup'?") == true)
        let rows = try load(
            ["t.csv": "text,label\na,x\nb,y\nc,z\n"],
            small(["file": "FOLDER/t.csv", "leave-out": "z"]))
        #expect(
            rows.classNames == ["x", "y"] && !rows.remarks.contains { $0.contains("leave-out") })
    }

    @Test(arguments: ["t.csv", "t.jsonl"])
    func textsAreNoLabels(_ name: String) {
        let files = ["t.csv": "text,label\na,x\nb,y\n", "t.jsonl": #"{"text": "a", "label": "x"}"#]
        let text = message {
            try load(files, small(["file": "FOLDER/\(name)", "text": "text", "label": "text"]))
        }
        #expect(text.contains("text and label name the same"), "\(text)")
    }

    /// Labels that look alike are one class, spelled the same whatever comes first.
    @Test func classesThatLookAlikeAreOne() throws {
        let rows = ["a,caf\u{E9}\n", "b,cafe\u{301}\n", "c,tea\n"]
        let names = try [rows, rows.reversed()].map { rows in
            let corpus = try load(
                ["t.csv": "text,label\n" + rows.joined()], small(["file": "FOLDER/t.csv"]))
            return (corpus.classNames ?? []).map { Array($0.utf8) }
        }
        #expect(names[0] == [Array("cafe\u{301}".utf8), Array("tea".utf8)] && names[0] == names[1])
    }

    @Test func foldersOfTrainingAndTestAreFound() throws {
        let files = ["train/a/1": "x", "train/b/1": "y", "test/a/1": "z"]
        let nested = files.reduce(into: [:]) { $0["d/\($1.key)"] = $1.value }
        for options in [
            ["folder": "FOLDER/d"], ["folder": "FOLDER/d/train", "test": "FOLDER/d/test"],
        ] {
            let corpus = try load(nested, divided(options))
            #expect(try texts(corpus, corpus.train) == ["x", "y"])
            #expect(try texts(corpus, corpus.test) == ["z"])
            #expect(corpus.test?.labels == [0])
        }
        #expect(
            message { try load(nested, divided(["folder": "FOLDER/d", "test": "FOLDER/d/test"])) }
                .contains("leave test out"))
        #expect(
            message { try load(nested, small(["folder": "FOLDER/d"])) }
                .contains("d/test: holds test samples, so that test-share and test-seed have no"))
    }

    /// The vocabulary is of the training texts alone, and so is the order of the classes.
    @Test func theTestPartTeachesNothing() throws {
        let train = "text,label\nred red blue blue,p\nred blue,q\n"
        let test = "text,label\ngreen green green red,q\n"
        let corpus = try load(
            ["a.csv": train, "b.csv": test],
            ["file": "FOLDER/a.csv", "test": "FOLDER/b.csv", "length": "5"])
        guard case .tokens(let tokens) = corpus.defaultView.contents else { return }
        #expect(tokens.texts == ["[PAD]", "[UNK]", "blue", "red"])
        #expect(try texts(corpus, corpus.test) == ["[UNK] [UNK] [UNK] red"])
        #expect(corpus.remarks.contains { $0.contains("75 % of the tokens of the test texts") })
    }

    @Test func aShareOfEachClassIsForTesting() throws {
        let rows = (0..<40).map { "word\($0 % 5) more\($0),\($0 % 2)\n" }.joined()
        let corpus = try load(
            ["t.csv": "text,label\n" + rows],
            ["file": "FOLDER/t.csv", "tokenizer": "bytes", "length": "16", "test-share": "0.25"])
        #expect(corpus.train.count == 30 && corpus.test?.count == 10)
        #expect(corpus.test?.labels.count { $0 == 0 } == 5)
        let all = try texts(corpus, corpus.train) + texts(corpus, corpus.test)
        #expect(Set(all).count == 40)
    }

    @Test func lengthsAreCutAndPadded() throws {
        let corpus = try load(
            ["t.csv": "text,label\n0123456789,a\nab,b\n"],
            small(["file": "FOLDER/t.csv", "length": "4"]))
        #expect(corpus.train.pixels == .bytes([0x30, 0x31, 0x32, 0x33, 0x61, 0x62, 0, 0]))
        #expect(
            corpus.facts.contains { $0.contains("50 % of samples cut to 4, 25 % of positions") })
        #expect(corpus.normalization == Normalization(divisor: 1, mean: [0], std: [1]))
    }

    @Test func manyTokensAreFloats() throws {
        let words = (0..<300).map { "w\($0) w\($0)" }.joined(separator: " ")
        let corpus = try load(
            ["t.csv": "text,label\n\(words),a\nw299,b\n"],
            ["file": "FOLDER/t.csv", "length": "2", "test-share": "0"])
        guard case .floats(let values) = corpus.train.pixels else {
            Issue.record("302 tokens do not fit into bytes")
            return
        }
        #expect(values.count == 4 && values[3] == 0 && values[2] >= 2)
    }

    @Test func whatIsUnlikelyIsRemarkedOn() throws {
        let long = String(repeating: "abcdefgh ", count: 5)
        let corpus = try load(
            [
                "a.csv": "text,label\n\(long),a\n\(long),b\n  ,a\nx,b\n",
                "b.csv": "text,label\nx,a\nnew,b\n",
            ],
            ["file": "FOLDER/a.csv", "test": "FOLDER/b.csv", "length": "1", "tokenizer": "bytes"])
        let remarks = corpus.remarks.joined(separator: "\n")
        for expected in [
            "75 % of the training texts are cut to 1 tokens; length 45 holds 95 %",
            "1 of 2 test texts stand among the training texts too, the first at line 2",
        ] { #expect(remarks.contains(expected), "\(remarks)") }
        let empty = try load(
            ["t.csv": "text,label\nx y,a\n  ,b\nx y,b\n"],
            ["file": "FOLDER/t.csv", "test-share": "0", "length": "200"])
        #expect(
            empty.remarks.contains {
                $0.contains("1 training texts have no token, the first at line 3")
            })
        #expect(empty.remarks.contains { $0.contains("a length of 2 trains faster than 200") })
    }

    @Test func factsShowSamples() throws {
        let corpus = try load(
            ["t.csv": "text,label\nhello there,a\nA  b,b\nno,a\n"],
            small(["file": "FOLDER/t.csv", "length": "20"]))
        #expect(corpus.facts.first == "tokens: bytes of UTF-8, 256 different ones, padded by 0")
        #expect(corpus.facts.contains("a: hello there") && corpus.facts.contains("b: A b"))
        #expect(
            corpus.facts.contains {
                $0.hasPrefix("training: 2 to 11 tokens, median 4, 95 % have at most 11;")
            })
    }

    @Test(arguments: [
        ("t.csv", "text,label\na,\nb,x\n", "line 2: the label is missing", 65),
        ("t.csv", "text,kind\na,x\n", "label names 'label', which is no column", 78),
        ("t.csv", "text,label\na,x\nb,x\n", "has 1 classes in 2 texts; two classes", 78),
        ("t.csv", "text,label\n\"a,x\n", "line 2: a quoted field is not closed", 65),
        ("t.jsonl", "{\"text\": \"a\"}\n[1]\nx\n", "line 1: has no 'label'; its keys are text", 65),
        ("t.jsonl", "{\"text\": \"a\", \"label\": 1}\n[1]\n", "line 2: is no object of JSON", 65),
        ("t.jsonl", "{\"text\": 3, \"label\": 1}\n", "line 1: 'text' is no string", 65),
        ("t.jsonl", "{\"text\": \"a\", \"label\": null}\n", "line 1: 'label' is no string, wh", 65),
        ("t.jsonl", "{\"text\": \"a\\u0000\", \"label\": 1}\n", "holds a zero character", 65),
        ("t.jsonl", "\n", "holds no text", 65), ("t.tsv", "", "is empty", 65),
        ("d/x", "", "has no sub-folders", 65), ("d/a/b/c", "", "a/b is a folder", 65),
        ("none", "", "there is no such file", 66),
    ])
    func mistakesAreNamed(_ name: String, _ text: String, _ expected: String, _ code: Int32) {
        let place = name.hasPrefix("d/") ? "d" : name
        let files = name == "none" ? [:] : [name: text]
        let options = small(["file": "FOLDER/\(place)"])
        #expect(exitCode { try load(files, options) }?.rawValue == code)
        let message = message { try load(files, options) }
        #expect(message.contains(expected), "\(message)")
        #expect(message.contains("/\(place): "), "\(message)")
    }

    /// The row of text that is not UTF-8 is named, in every format.
    @Test func invalidTextIsNamedByItsPlace() throws {
        try withTemporaryFolder { folder in
            func complaint(_ name: String, _ bytes: [UInt8]) throws -> String {
                try write(bytes, to: "\(folder)/\(name)")
                let options = ["file": Setting.written("\(folder)/\(name)")]
                return message {
                    try DatasetSources.registry.make("text", options: .map(options)).load()
                }
            }
            let csv = Array("text,label\na,x\n".utf8) + [0xFF, 0x2C, 0x78, 0x0A]
            #expect(try complaint("t.csv", csv).contains("t.csv: line 3: is not UTF-8"))
            let json = Array("{\"text\": \"".utf8) + [0xC3] + Array("\", \"label\": 1}".utf8)
            #expect(try complaint("t.jsonl", json).contains("t.jsonl: line 1: is not UTF-8"))
            #expect(try complaint("u.jsonl", [0xFF, 0xFE, 0x41, 0]).contains("UTF-16"))
            try FileManager.default.createDirectory(
                atPath: "\(folder)/d/a", withIntermediateDirectories: true)
            try write([0x80], to: "\(folder)/d/a/1.txt")
            let options = ["folder": Setting.written("\(folder)/d")]
            #expect(
                message { try DatasetSources.registry.make("text", options: .map(options)).load() }
                    .contains("a/1.txt: is not UTF-8"))
        }
    }

    /// Whatever happens to a file, it is read or refused with an error that names it.
    @Test(arguments: ["t.csv", "t.tsv", "t.jsonl"], UInt64(1)...8)
    func damagedFilesAreReadOrRefused(name: String, seed: UInt64) throws {
        let good: [UInt8] =
            name == "t.jsonl"
            ? Array(
                "{\"text\": \"é \\u00e9 漢\", \"label\": 1}\n{\"text\": \"b\", \"label\": 0}\n".utf8)
            : Array("text,label\n\"é, 漢\",x\nb,\"y\"\n".utf8)
        let key = RandomKey(seed: seed)
        let pieces: [[UInt8]] = [
            [0], [0xFF], [0xC3], [0xEF, 0xBB, 0xBF], [0x22], [0x5C], [0x0A], [0x7B], [0x5B], [0x2C],
            Array("[[[[".utf8), Array("\\ud800".utf8), Array("1e999".utf8),
        ]
        try withTemporaryFolder { folder in
            let tokenizers = Tokenizers.registry.names.filter { $0 != "hugging-face" }
            for trial in 0..<40 {
                var bytes = good
                let draws = key.child(trial)
                for change in 0..<3 {
                    let place = draws.integer(below: bytes.count + 1, at: 3 * change)
                    let end = min(bytes.count, place + draws.integer(below: 4, at: 3 * change + 1))
                    let piece = pieces[draws.integer(below: pieces.count, at: 3 * change + 2)]
                    bytes.replaceSubrange(place..<end, with: piece)
                }
                let path = try write(bytes, to: "\(folder)/\(name)")
                let options: [String: Setting] = [
                    "file": .written(path), "length": .written("8"),
                    "tokenizer": .written(tokenizers[trial % tokenizers.count]),
                ]
                let source = try DatasetSources.registry.make("text", options: .map(options))
                do throws(DatasetError) { _ = try source.load() } catch {
                    #expect(
                        error.description.hasPrefix("\(path): ")
                            || error.description.hasPrefix("tokenizer "), "\(error)")
                }
            }
        }
    }

    @Test func allMistakesOfOptionsAreReportedTogether() {
        let options: [String: Setting] = [
            "length": .written("0"), "tokenizer": .written("wrods"), "tset": .written("x"),
        ]
        let text = message { try DatasetSources.registry.make("text", options: .map(options)) }
        for part in ["unknown key 'tset'", "did you mean 'words'?", "length is 0", "names no file"]
        {
            #expect(text.contains(part), "\(text)")
        }
        let both: [String: Setting] = ["file": .written("a.csv"), "folder": .written("b")]
        #expect(
            message { try DatasetSources.registry.make("text", options: .map(both)) }
                .contains("leave one of them out"))
    }

    /// Where a vocabulary lies changes no number; all else of a tokenizer does.
    @Test(arguments: ["text", "wordnet"]) func thePlaceOfAVocabularyMayDiffer(set: String) throws {
        func keys(_ tokenizer: Setting) throws -> SettingKeys? {
            let options: [String: Setting] = ["folder": .written("x"), "tokenizer": tokenizer]
            return try DatasetSources.registry.make(set, options: .map(options))
                .ownKeys["tokenizer"]
        }
        let named = try keys(
            .written(["kind": .written("wordpiece"), "vocabulary": .written("vocab.txt")]))
        #expect(named?["vocabulary"] == .placement && named?["lower-case"] == .numbers)
        #expect(try keys(.written("bytes")) == .numbers)
        #expect(try keys(.written("wordpiece")) == .numbers)
    }

    /// Data of a learner's own have the cohort's tokens, or are refused.
    @Test func otherVocabulariesDoNotMatch() throws {
        func corpus(_ words: String, _ tokenizer: String) throws -> Corpus {
            try load(
                ["t.csv": "text,label\n\(words),a\n\(words),b\n"],
                ["file": "FOLDER/t.csv", "tokenizer": tokenizer, "test-share": "0"])
        }
        let (red, blue) = (try corpus("red", "words"), try corpus("blue", "words"))
        try red.check(matches: corpus("red", "words"), learner: "a")
        let refusal = message { try blue.check(matches: red, learner: "a") }
        #expect(refusal.contains("hold other tokens than the cohort's"), "\(refusal)")
        try corpus("blue", "bytes").check(matches: corpus("red", "bytes"), learner: "a")
    }

    /// Markers enclose a text without words; a cut before a character leaves nothing of it.
    @Test(arguments: [
        ["tokenizer": "wordpiece", "length": "6"], ["tokenizer": "bytes", "length": "1"],
    ]) func samplesWithoutAnyTokenAreRemarkedOn(_ options: [String: String]) throws {
        var settings: [String: Setting] = options.mapValues { .written($0) }
        if options["tokenizer"] == "wordpiece" {
            settings["tokenizer"] = .written([
                "kind": .written("wordpiece"), "markers": .written("true"),
            ])
        }
        settings["test-share"] = .written("0")
        try withTemporaryFolder { folder in
            let first = options["length"] == "1" ? "é" : "  "
            let path = try write(
                Array("text,label\nx y x y,a\n\(first),b\nx y,b\n".utf8), to: "\(folder)/t.csv")
            settings["file"] = .written(path)
            let remarks = try DatasetSources.registry.make("text", options: .map(settings)).load()
                .remarks
            #expect(
                remarks.contains("1 training texts have no token, the first at line 3"),
                "\(remarks)")
        }
    }

    @Test func samplesThatMemoryCannotHoldAreRefused() throws {
        func check(_ size: Int, _ free: Int?) throws {
            try FreeMemory.check(size, of: "2 samples", free: free, remedy: "lower length")
        }
        try check(1 << 40, nil)
        try check(1 << 20, 1 << 20)
        #expect(
            message { try check(3 << 20, 1 << 20) }
                == "2 samples take 3 MiB, and 1 MiB of memory are free; lower length")
    }
}

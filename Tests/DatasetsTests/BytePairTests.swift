import Datasets
import Foundation
import NeuralNetwork
import Options
import Testing

/// Pieces of bytes, against Hugging Face's `tokenizers`.
@Suite(.timeLimit(.minutes(1))) struct BytePairTests {
    /// What `scripts/reference/byte_pairs.py` wrote.
    private struct Reference: Decodable {
        var texts: [String]
        var tokens: [[Int]]
        var spaced: [[Int]]
        var marked: [String]
        var words: [[Int]]
        var learned: [String]

        init() throws {
            self = try JSONDecoder().decode(
                Reference.self, from: Data(try Expected.bytes("byte-pairs.json")))
        }
    }

    private func encoder(
        _ name: String, _ options: [String: Setting] = [:], learningFrom texts: [String] = []
    ) throws -> any TokenEncoder {
        try Tokenizers.registry.make(name, options: .map(options)).encoder(learningFrom: texts)
    }

    private func files() throws -> [String: Setting] {
        [
            "vocabulary": .written(try Expected.path("vocab.json")),
            "merges": .written(try Expected.path("merges.txt")),
        ]
    }

    /// A `tokenizer.json` with other parts: each replaces what stands under its path.
    private func changed(
        _ file: String, _ parts: [String: String], _ body: (_ path: String) throws -> Void
    ) throws {
        try withTemporaryFolder { folder in
            var text = String(decoding: try Expected.bytes(file), as: UTF8.self)
            for (old, new) in parts {
                #expect(text.contains(old), "\(old)")
                text = text.replacing(old, with: new, maxReplacements: 1)
            }
            try body(try write(Array(text.utf8), to: "\(folder)/tokenizer.json"))
        }
    }

    @Test func piecesAreTheReferences() throws {
        let reference = try Reference()
        let encoders = [
            try encoder("bpe", files()),
            try encoder(
                "hugging-face", ["file": .written(try Expected.path("tokenizer.json"))]),
        ]
        for var encoder in encoders {
            for (text, expected) in zip(reference.texts, reference.tokens) {
                #expect(encoder.encode(text) == expected, "\(text)")
            }
            #expect(encoder.tokens.vocabulary == Vocabulary(count: 600, padding: 0))
            #expect(encoder.tokens.unknown == nil && encoder.tokens.end == 0)
        }
        #expect(encoders[0].tokens == encoders[1].tokens)
    }

    @Test func aSpaceBeforeATextIsAddedWhereTheFileAsksForIt() throws {
        let reference = try Reference()
        try changed(
            "tokenizer.json", [#""add_prefix_space":false"#: #""add_prefix_space":true"#]
        ) { path in
            var encoder = try encoder("hugging-face", ["file": .written(path)])
            for (text, expected) in zip(reference.texts, reference.spaced) {
                #expect(encoder.encode(text) == expected, "\(text)")
            }
        }
    }

    @Test func wordPiecesOfAFileAreTheReferences() throws {
        let reference = try Reference()
        var encoder = try encoder(
            "hugging-face", ["file": .written(try Expected.path("wordpiece.json"))])
        for (text, expected) in zip(reference.marked, reference.words) {
            #expect(encoder.encode(text) == expected, "\(text)")
        }
        #expect(encoder.tokens.texts.last == "<turn>" && encoder.tokens.unknown == 1)
        #expect(encoder.tokens.texts[encoder.tokens.end] == "[SEP]")
    }

    @Test func learnedPiecesAreTheReferences() throws {
        let reference = try Reference()
        let options = ["size": Setting.written("400")]
        for texts in [reference.texts, reference.texts.reversed()] {
            let encoder = try encoder("bpe", options, learningFrom: texts)
            #expect(encoder.tokens.texts == reference.learned)
        }
    }

    /// Tokens give the same bytes again, and a text with the written form of a token too.
    @Test func textsAreMadeAgainByteForByte() throws {
        let reference = try Reference()
        for var encoder in [
            try encoder("bpe", files()), try encoder("bpe", learningFrom: reference.texts),
        ] {
            for text in reference.texts where !text.hasSuffix("<|endoftext|>") {
                let again = encoder.tokens.text(of: encoder.encode(text) + [0, 0])
                #expect(Array(again.utf8) == Array(text.utf8), "\(text)")
            }
            var stream = TokenStream(encoder.tokens)
            let parts = encoder.encode("a 漢 b").map { stream.append($0) }
            #expect(parts.joined() == "a 漢 b" && !parts.joined().contains("\u{FFFD}"))
        }
    }

    @Test func anythingBecomesTokensOfBytes() throws {
        var encoder = try encoder("bpe", learningFrom: [])
        #expect(encoder.tokens.texts.count == 257)
        #expect(encoder.tokens.text(of: encoder.encode("né 1")) == "né 1")
        #expect(encoder.encode("") == [])
    }

    @Test func anotherTokenMayEndATextAndPad() throws {
        try changed(
            "tokenizer.json",
            [
                #""padding":null"#:
                    #""padding":{"strategy":"BatchLongest","pad_id":5,"pad_token":"%"}"#,
                #""content":"<|endoftext|>""#: #""content":"</s>""#,
                #""<|endoftext|>":0"#: #""</s>":0"#,
            ]
        ) { path in
            let encoder = try encoder(
                "hugging-face", ["file": .written(path), "end": .written("</s>")])
            #expect(encoder.tokens.end == 0 && encoder.tokens.padding == 5)
            let text = message { try self.encoder("hugging-face", ["file": .written(path)]) }
            #expect(text.contains("has no token '<|endoftext|>'; name the one"), "\(text)")
            #expect(
                exitCode { try self.encoder("hugging-face", ["file": .written(path)]) }
                    == .configuration)
        }
        let learned = try encoder("bpe", ["end": .written("[END]")], learningFrom: ["a"])
        #expect(learned.tokens.texts[0] == "[END]")
    }

    @Test(arguments: [
        (#""normalizer":null"#, #""normalizer":{"type":"NFC"}"#, "normalizer NFC"),
        (#"{"type":"ByteLevel","add"#, #"{"type":"Metaspace","add"#, "pre_tokenizer Metaspace"),
        (#""use_regex":true"#, #""use_regex":false"#, "use_regex false"),
        (#""dropout":null"#, #""dropout":0.1"#, "model: dropout"),
        (#""ignore_merges":false"#, #""ignore_merges":true"#, "model: ignore_merges"),
        (#""end_of_word_suffix":null"#, #""end_of_word_suffix":"</w>""#, "end_of_word_suffix"),
        (#""lstrip":false"#, #""lstrip":true"#, "added token '<|endoftext|>' with single_word"),
        (#""type":"BPE""#, #""type":"Unigram""#, "model of type Unigram is not supported"),
    ])
    func whatIsNotSupportedIsRefusedByName(_ old: String, _ new: String, _ expected: String) throws
    {
        try changed("tokenizer.json", [old: new]) { path in
            let options = ["file": Setting.written(path)]
            let text = message { try encoder("hugging-face", options) }
            #expect(text.contains(expected) && text.hasPrefix("\(path): "), "\(text)")
            #expect(exitCode { try encoder("hugging-face", options) } == .configuration)
        }
    }

    @Test(arguments: [
        (#""clean_text":true"#, #""clean_text":false"#, "normalizer: clean_text false"),
        (#""BertPreTokenizer""#, #""Whitespace""#, "pre_tokenizer Whitespace"),
        (#""max_input_chars_per_word":100"#, #""max_input_chars_per_word":9"#, "max_input_chars"),
        (#""normalized":false"#, #""normalized":true"#, "' with normalized true"),
    ])
    func whatBERTDoesNotDoIsRefused(_ old: String, _ new: String, _ expected: String) throws {
        try changed("wordpiece.json", [old: new]) { path in
            let text = message { try encoder("hugging-face", ["file": .written(path)]) }
            #expect(text.contains("asks for what is not supported: "), "\(text)")
            #expect(text.contains(expected), "\(text)")
        }
    }

    @Test(arguments: [
        (#""!":1"#, #""!":2"#, "have the same number, 2"),
        (#""!":1"#, #""!":9999"#, "no token has the number 1"),
        (#""merges":["#, #""merges":[["a"],"#, "merge 1: is no two pieces"),
        (#""merges":["#, #""merges":[["a","☃"],"#, "merge 1: 'a ☃' is not of the vocabulary"),
        (#""model":{"#, #""modell":{"#, "is no tokenizer.json"),
        (#""!":1"#, "\"##\":1", "has no token of byte 33"),
    ])
    func damagedFilesAreNamed(_ old: String, _ new: String, _ expected: String) throws {
        try changed("tokenizer.json", [old: new]) { path in
            let options = ["file": Setting.written(path)]
            let text = message { try encoder("hugging-face", options) }
            #expect(text.contains(expected) && text.hasPrefix("\(path): "), "\(text)")
            #expect(exitCode { try encoder("hugging-face", options) } == .corruptData)
        }
    }

    @Test func mistakesOfFilesAndOptionsAreNamed() throws {
        try withTemporaryFolder { folder in
            let merges = try write(Array("#version: 0.2\nĠ t\nabc\n".utf8), to: "\(folder)/m.txt")
            let options = try files().merging(["merges": .written(merges)]) { $1 }
            #expect(
                message { try encoder("bpe", options) }
                    .contains("m.txt: line 3: is no two pieces with a space between them"))
            let list = try write(Array("[1]".utf8), to: "\(folder)/v.json")
            let other = try files().merging(["vocabulary": .written(list)]) { $1 }
            #expect(message { try encoder("bpe", other) }.contains("v.json: is no map from tokens"))
            let named = try files().merging(["end": .written("<eos>")]) { $1 }
            #expect(message { try encoder("bpe", named) }.contains("has no token '<eos>'; name"))
        }
        let alone = try files().filter { $0.key == "merges" }
        #expect(message { try encoder("bpe", alone) }.contains("merges needs vocabulary beside it"))
        let sized = try files().merging(["size": .written("300")]) { $1 }
        #expect(message { try encoder("bpe", sized) }.contains("size has no effect beside files"))
        #expect(message { try encoder("hugging-face") }.contains("file names no tokenizer.json"))
        let empty = Setting(
            .scalar("", isQuoted: true), at: SourcePosition(file: "test.yaml", line: 7))
        #expect(message { try encoder("bpe", ["end": empty]) }.contains("end is empty"))
    }

    /// Where files lie changes no number.
    @Test func thePlacesOfFilesMayDiffer() throws {
        let named = try Tokenizers.registry.make("bpe", options: .map(files())).keys
        #expect(named["vocabulary"] == .placement && named["merges"] == .placement)
        #expect(named["end"] == .numbers)
        #expect(try Tokenizers.registry.make("bpe", options: nil).keys == .numbers)
    }
}

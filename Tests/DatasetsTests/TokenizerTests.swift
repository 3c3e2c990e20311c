import Datasets
import Foundation
import NeuralNetwork
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct TokenizerTests {
    private struct Reference: Decodable {
        var texts: [String]
        var lower: [[Int]]
        var cased: [[Int]]

        /// What `scripts/reference/tokens.py` wrote.
        init() throws {
            self = try JSONDecoder().decode(
                Reference.self, from: Data(try Expected.bytes("tokens.json")))
        }
    }

    private func encoder(
        _ name: String, _ options: [String: Setting] = [:], learningFrom texts: [String] = []
    ) throws -> any TokenEncoder {
        try Tokenizers.registry.make(name, options: .map(options)).encoder(learningFrom: texts)
    }

    private var vocabulary: [String: Setting] {
        get throws { ["vocabulary": .written(try Expected.path("vocab.txt"))] }
    }

    @Test func piecesAreTheReferences() throws {
        let reference = try Reference()
        var lower = try encoder("wordpiece", vocabulary)
        var cased = try encoder(
            "wordpiece", vocabulary.merging(["lower-case": .written("false")]) { $1 })
        for (index, text) in reference.texts.enumerated() {
            #expect(lower.encode(text) == reference.lower[index], "\(text)")
            #expect(cased.encode(text) == reference.cased[index], "\(text), as it is written")
        }
        #expect(lower.tokens.vocabulary == Vocabulary(count: 2004, padding: 0))
        #expect(lower.tokens.unknown == 1)
    }

    @Test func markersEncloseATextAndStayWhenItIsCut() throws {
        var encoder = try encoder(
            "wordpiece", vocabulary.merging(["markers": .written("true")]) { $1 })
        let tokens = encoder.encode("a b c")
        #expect(tokens.first == 2 && tokens.last == 3 && tokens.count == 5)
        #expect(encoder.cut(tokens, to: 3) == [2, tokens[1], 3])
        #expect(encoder.cut(tokens, to: 5) == tokens)
        #expect(encoder.tokens.text(of: tokens + [0, 0]) == "[CLS] a b c [SEP]")
    }

    /// Worked by hand: `##a ##a` stands 6 times; then three pairs 3 times each, of which `a ##b`
    /// has the smaller right piece.
    @Test func piecesAreLearnedByTheirCounts() throws {
        let texts = ["aaaa aaaa aaaa ab ab", "ab b"]
        let encoder = try encoder("wordpiece", ["size": .written("16")], learningFrom: texts)
        #expect(
            encoder.tokens.texts == [
                "[PAD]", "[UNK]", "[CLS]", "[SEP]", "##a", "##b", "a", "b", "##aa", "ab", "aaa",
                "aaaa",
            ])
    }

    @Test func learningDependsOnTheTextsAlone() throws {
        let texts = try Reference().texts
        let first = try encoder("wordpiece", ["size": .written("300")], learningFrom: texts)
        let second = try encoder(
            "wordpiece", ["size": .written("300")], learningFrom: texts.reversed())
        #expect(first.tokens == second.tokens)
        #expect(first.tokens.texts.count == 300)
        #expect(Set(first.tokens.texts).count == 300)
    }

    /// What is learned makes up every word that it was learned of.
    @Test func learnedPiecesLeaveNoWordUnknown() throws {
        let texts = try Reference().texts.filter { !$0.hasPrefix("xx") }
        var encoder = try encoder("wordpiece", ["size": .written("2000")], learningFrom: texts)
        #expect(texts.allSatisfy { !encoder.encode($0).contains(1) })
        let short = encoder.encode("the quick fox").count
        #expect(short >= 3 && short < "the quick fox".count)
    }

    /// Vowel signs that join the `#` before them, and characters that look alike: each piece keeps
    /// its own bytes, and is told apart from all others.
    @Test(arguments: [
        ["नदी नदी नीति", "गीत नीति गीत"], ["น้ำ น้ำดี น้ำใจ", "ทำดี ทำใจ"],
        ["x\u{212B} x\u{C5} x\u{212B} x\u{C5}", "\u{212B}x \u{C5}x"],
    ])
    func piecesAreOfScalars(_ texts: [String]) throws {
        let options: [String: Setting] = [
            "size": .written("60"), "lower-case": .written("false"),
            "strip-accents": .written("false"),
        ]
        var encoder = try encoder("wordpiece", options, learningFrom: texts)
        let pieces = encoder.tokens.texts.map { Array($0.utf8) }
        #expect(Set(pieces).count == pieces.count)
        #expect(!pieces.contains(Array("##".utf8)) && !pieces.contains([]))
        for text in texts {
            let tokens = encoder.encode(text)
            #expect(!tokens.contains(1))
            #expect(Array(encoder.tokens.text(of: tokens).utf8) == Array(text.utf8))
        }
    }

    @Test func wordsAreNumberedByTheirCounts() throws {
        var encoder = try encoder("words", learningFrom: ["b a. B c", "a b, d c e"])
        #expect(encoder.tokens.texts == ["[PAD]", "[UNK]", "b", "a", "c"])
        #expect(encoder.encode("A b z!") == [3, 2, 1, 1])
        #expect(encoder.tokens.text(of: [3, 2, 1, 0, 0]) == "a b [UNK]")
        #expect(encoder.cut([1, 2, 3], to: 2) == [1, 2])
    }

    @Test func theVocabularyOfWordsHasALimit() throws {
        let options: [String: Setting] = [
            "size": .written("4"), "min-count": .written("1"), "lower-case": .written("false"),
        ]
        var encoder = try encoder("words", options, learningFrom: ["B b b a"])
        #expect(encoder.tokens.texts == ["[PAD]", "[UNK]", "b", "B"])
        #expect(encoder.encode("B b a") == [3, 2, 1])
    }

    /// Both ways of writing a letter with an accent are one word.
    @Test func accentsAreComposedInWords() throws {
        var encoder = try encoder("words", learningFrom: ["caf\u{E9} cafe\u{301}"])
        #expect(encoder.tokens.texts.count == 3)
        #expect(encoder.encode("CAFE\u{301}") == [2])
    }

    @Test func bytesAreTokens() throws {
        var encoder = try encoder("bytes")
        #expect(encoder.encode("aé") == [0x61, 0xC3, 0xA9])
        #expect(encoder.cut([0x61, 0xC3, 0xA9], to: 2) == [0x61])
        #expect(encoder.tokens.vocabulary == Vocabulary(count: 256, padding: 0))
        #expect(encoder.tokens.text(of: [0x61, 0xC3, 0xA9, 0, 0]) == "aé")
    }

    @Test func mistakesOfVocabulariesAreNamed() throws {
        try withTemporaryFolder { folder in
            func complaint(_ text: String, _ options: [String: Setting] = [:]) throws -> String {
                let path = try write(Array(text.utf8), to: "\(folder)/vocab.txt")
                let all = options.merging(["vocabulary": .written(path)]) { $1 }
                return message { try encoder("wordpiece", all) }
            }
            #expect(try complaint("[PAD]\na\n").contains("vocab.txt: lacks [UNK]"))
            #expect(
                try complaint("[PAD]\n[UNK]\n", ["markers": .written("true")])
                    .contains("lacks [CLS], [SEP]"))
            let doubled = try complaint("[PAD]\n[UNK]\na\n\na\n")
            #expect(doubled.contains("line 4: is empty"), "\(doubled)")
            #expect(doubled.contains("line 5: 'a' stands on line 3 too"), "\(doubled)")
            #expect(
                message { try encoder("wordpiece", ["vocabulary": .written("\(folder)/no")]) }
                    .contains("there is no such file"))
        }
        let both = try vocabulary.merging(["size": .written("100")]) { $1 }
        #expect(message { try encoder("wordpiece", both) }.contains("leave one of them out"))
        #expect(message { try encoder("words", learningFrom: ["a b"]) }.contains("lower min-count"))
        #expect(message { try encoder("wordpiece", learningFrom: [" "]) }.contains("no words"))
    }

    /// Words of more than 100 characters have no pieces, and none are learned from them.
    @Test func longWordsTeachNoPieces() throws {
        let long = String(repeating: "xyz", count: 40)
        let encoder = try encoder(
            "wordpiece", ["size": .written("40")], learningFrom: ["ab ab \(long) \(long)"])
        #expect(
            encoder.tokens.texts == ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "##b", "a", "ab"],
            "\(encoder.tokens.texts)")
    }
}

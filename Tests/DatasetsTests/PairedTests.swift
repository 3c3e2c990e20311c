import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct PairedTests {
    /// Two tables: one of the numbers, one of their squares.
    private func load(
        _ first: [String], _ second: [String], share: String = "0.5", otherShare: String? = nil
    ) throws -> Corpus {
        try withTemporaryFolder { folder in
            func table(_ name: String, _ rows: [String], _ share: String) throws -> Setting {
                let text = (["x,y"] + rows).joined(separator: "\n")
                return .written([
                    "set": .written("table"),
                    "options": .written([
                        "file": .written(try write(Array(text.utf8), to: "\(folder)/\(name)")),
                        "label": .written("y"), "test-share": .written(share),
                        "normalize": .written("false"),
                    ]),
                ])
            }
            let options = Setting.written([
                "main": try table("a.csv", first, share),
                "views": .written([
                    "squares": try table("b.csv", second, otherShare ?? share)
                ]),
            ])
            return try DatasetSources.registry.make("paired", options: options).load()
        }
    }

    private let numbers = (0..<12).map { "\($0),\($0 % 3)" }
    private let squares = (0..<12).map { "\($0 * $0),\($0 % 3)" }

    @Test func samplesArePairedByOrderInBothParts() throws {
        let corpus = try load(numbers, squares)
        let view = try corpus.view("squares")
        for (one, other) in [(corpus.train, view.train), (corpus.test, view.test)] {
            guard case .floats(let values)? = one?.pixels, case .floats(let seen)? = other?.pixels
            else {
                Issue.record("features are floats")
                return
            }
            #expect(values.count == 6 && seen == values.map { $0 * $0 })
        }
    }

    @Test func whatHasNoPartnerIsCounted() {
        let text = message { try load(numbers, Array(squares.dropLast(4))) }
        #expect(
            text.contains("view 'squares' (table) has 3 samples to train on, main has 6"), "\(text)"
        )
    }

    @Test func anotherOrderIsNoticed() {
        var mixed = squares
        mixed.swapAt(0, 1)
        let text = message { try load(numbers, mixed, share: "0") }
        #expect(
            text.contains("2 of 12 samples to train on of view 'squares' (table) are of other"),
            "\(text)")
        #expect(text.contains("such as sample 0: it is of class 1, in main of class 0"), "\(text)")
        #expect(exitCode { try load(numbers, mixed, share: "0") } == .configuration)
    }

    @Test func otherClassesAreNoticed() {
        let text = message { try load(numbers, squares.map { "\($0)9" }) }
        #expect(text.contains("has the classes 09, 19, 29"), "\(text)")
    }

    @Test func aViewIsNeeded() {
        let main = Setting.written(["set": .written("digits")])
        let text = message {
            try DatasetSources.registry.make("paired", options: .written(["main": main]))
        }
        #expect(text.contains("views names no view: add one"), "\(text)")
    }
}

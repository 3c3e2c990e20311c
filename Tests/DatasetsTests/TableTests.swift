import Datasets
import Foundation
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct TableTests {
    private struct Reference: Decodable {
        var train: [[Float]]
        var test: [[Float]]
        var trainLabels: [Int]
        var testLabels: [Int]
    }

    /// Loads a table of these lines, and of test lines where there are any.
    private func load(
        _ text: String, test: String? = nil, name: String = "t.csv", _ options: [String: Setting]
    ) throws -> Corpus {
        try withTemporaryFolder { folder in
            var options = options
            options["file"] = .written(try write(Array(text.utf8), to: "\(folder)/\(name)"))
            if let test {
                options["test"] = .written(try write(Array(test.utf8), to: "\(folder)/test.csv"))
            }
            return try DatasetSources.registry.make("table", options: .map(options)).load()
        }
    }

    private func rows(_ set: SampleSet) throws -> [[Float]] {
        guard case .floats(let values) = set.pixels else {
            Issue.record("features are floats")
            return []
        }
        return stride(from: 0, to: values.count, by: set.sampleSize).map {
            Array(values[$0..<$0 + set.sampleSize])
        }
    }

    @Test func featuresAreThoseOfNumPy() throws {
        let reference = try Expected.value("table", as: Reference.self)
        let corpus = try DatasetSources.registry.make(
            "table",
            options: .map([
                "file": .written(Expected.path("train.csv")),
                "test": .written(Expected.path("test.csv")), "label": .written("label"),
                "categories": .written("code"), "leave-out": .written("5"),
            ])
        ).load()
        let test = try #require(corpus.test)
        #expect(try rows(corpus.train) == reference.train && rows(test) == reference.test)
        #expect(corpus.train.labels == reference.trainLabels)
        #expect(test.labels == reference.testLabels)
        #expect(corpus.train.shape == [1, 1, 7])
    }

    @Test func aTableWithoutHeaderNamesColumnsByNumber() throws {
        let corpus = try load(
            "1;a\n3;b\n", name: "t.txt",
            [
                "header": .written("false"), "delimiter": .written("semicolon"),
                "label": .written("2"), "test-share": .written("0"),
                "normalize": .written("false"),
            ])
        #expect(try rows(corpus.train) == [[1], [3]] && corpus.test == nil)
    }

    /// The mean and deviation are those of the rows to train on alone.
    @Test func testRowsDoNotNormalize() throws {
        let text = "x,y\n" + (0..<20).map { "\($0 * $0),\($0 % 2)\n" }.joined()
        let corpus = try load(text, ["label": .written("y"), "test-share": .written("0.5")])
        let train = try rows(corpus.train).map { Double($0[0]) }
        #expect(train.count == 10 && abs(train.reduce(0, +)) < 1e-5)
        #expect(abs(train.reduce(0) { $0 + $1 * $1 } / 10 - 1) < 1e-5)
        let test = try rows(#require(corpus.test)).map { Double($0[0]) }
        #expect(test.count == 10 && abs(test.reduce(0, +)) > 1e-3)
    }

    @Test func missingValuesAreTheMeanWhereAskedFor() throws {
        let corpus = try load(
            "x,c,y\n1,a,0\n,b,1\n3,?,1\n",
            [
                "label": .written("y"), "fill": .written("mean"), "test-share": .written("0"),
            ])
        #expect(try rows(corpus.train) == [[-1, 1, 0], [0, 0, 1], [1, 0, 0]])
    }

    @Test(arguments: [
        ("x,y\n1,0\n,1\n?,1\n", "line 3, column 'x': the value is missing\n  line 4", 65),
        ("x,y\n1,0\n2,\n", "line 3, column 'y': the label is missing", 65),
        ("x,y\n1,0\n2x,1\n3,1\n", "line 3, column 'x': '2x' is no number", 65),
        ("x,y\na,0\nb,1\n3,1\n", "line 4, column 'x': '3' is a number among words", 65),
        ("x,y\n1,0\n1\n1,2,3\n", "line 3: 1 fields, where the first line has 2\n  line 4", 65),
        ("x,x\n1,0\n", "the header names two columns 'x'", 65),
        ("x,\n1,0\n", "the header names no column 2", 65), ("x,y\n", "no row", 65),
        ("", "is empty", 65), ("x,y\n1,0\n2,0\n", "1 different values in 2 rows; two classes", 78),
        ("x,yy\n1,0\n", "label names 'y', which is no column: known: x, yy", 78),
        ("y\n0\n1\n", "no column is left as a feature", 78),
    ])
    func mistakesAreNamed(_ text: String, _ expected: String, _ code: Int32) {
        let options = ["label": Setting.written("y")]
        #expect(exitCode { try load(text, options) }?.rawValue == code)
        let message = message { try load(text, options) }
        #expect(message.contains(expected), "\(message)")
    }

    @Test func aLabelThatIsNotSetNamesTheColumns() {
        let text = message { try load("x,y\n1,0\n", [:]) }
        #expect(text.contains("label is not set") && text.contains("one of x, y"), "\(text)")
    }

    @Test func textOfManyValuesIsNoCategory() throws {
        let text = "x,y\n" + (0..<60).map { "n\($0),\($0 % 2)\n" }.joined()
        let refusal = message { try load(text, ["label": .written("y")]) }
        #expect(refusal.contains("text of 60 different values in 60 rows"), "\(refusal)")
        let allowed = try load(text, ["label": .written("y"), "categories": .written("x")])
        #expect(allowed.train.shape == [1, 1, 60])
    }

    @Test(arguments: [
        ("y,z\n0,1\n", "lacks columns of", "x"), ("x,y\n1,7\n", "'7' is no class", "line 2"),
        ("x,y\nred,0\n", "'red' is no number", "line 2, column 'x'"),
    ])
    func testFilesAreHeldToTheTrainingFile(_ test: String, _ first: String, _ second: String) {
        let options = ["label": Setting.written("y")]
        #expect(exitCode { try load("x,y\n1,0\n2,1\n", test: test, options) } == .corruptData)
        let text = message { try load("x,y\n1,0\n2,1\n", test: test, options) }
        #expect(text.contains(first) && text.contains(second), "\(text)")
    }

    @Test func classesAreInTheOrderOfTheirNumbers() throws {
        let corpus = try load(
            "x,y\n1,10\n2,9\n3,-1\n", ["label": .written("y"), "test-share": .written("0")])
        #expect(corpus.train.labels == [2, 1, 0])
    }
}

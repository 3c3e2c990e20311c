import Bytes
import Datasets
import Foundation
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct ArrayTests {
    private struct Reference: Decodable {
        var train: [UInt8]
        var test: [UInt8]
        var rows: [Float]
    }

    private func load(_ file: String, _ options: [String: Setting] = [:]) throws -> Corpus {
        var options = options
        options["file"] = .written(try Expected.path(file))
        return try DatasetSources.registry.make("npz", options: .map(options)).load()
    }

    @Test func everyTypeIsReadAsNumPyReadsIt() throws {
        let expected = try Expected.value("arrays", as: [String: [Float]].self)
        let zip = try Zip(Expected.bytes("types.npz"))
        #expect(zip.names.count == 40 && zip.names.count == expected.count)
        for (name, values) in expected {
            let array = try NPYArray(zip.contents(of: "\(name).npy"), path: name)
            #expect(array.shape == [2, 3, 4])
            if case .bytes(let bytes) = array.elements {
                #expect(bytes.map { Float($0) } == values, "\(name)")
            } else {
                #expect(array.elements == .floats(values), "\(name)")
            }
        }
    }

    @Test func storedMembersAndUsualNamesAreFound() throws {
        let reference = try Expected.value("npz", as: Reference.self)
        let corpus = try load("stored.npz")
        let test = try #require(corpus.test)
        #expect(corpus.train.shape == [3, 7, 5])
        #expect(corpus.train.pixels == .bytes(reference.train))
        #expect(test.pixels == .bytes(reference.test) && test.labels == [0, 1])
        #expect(corpus.remarks.contains { $0.contains("6×7×5×3 is read as N×H×W×C") })
    }

    @Test func deflatedMembersAndGivenNamesAreFound() throws {
        let reference = try Expected.value("npz", as: Reference.self)
        let corpus = try load(
            "deflated.npz", ["images": .written("pictures"), "test-share": .written("0")])
        #expect(corpus.train.shape == [3, 7, 5])
        #expect(corpus.train.pixels == .bytes(reference.train) && corpus.test == nil)
    }

    @Test func featuresAreNormalizedEachByItsOwnNumbers() throws {
        let reference = try Expected.value("npz", as: Reference.self)
        let corpus = try load("rows.npz", ["test-share": .written("0")])
        #expect(corpus.train.shape == [1, 1, 4] && corpus.defaultView.contents == .features)
        guard case .floats(let values) = corpus.train.pixels else {
            Issue.record("features are floats")
            return
        }
        #expect(zip(values, reference.rows).allSatisfy { abs($0 - $1) < 1e-6 })
        let together = try load(
            "rows.npz", ["test-share": .written("0"), "features": .written("together")])
        #expect(together.normalization == Normalization(measuring: together.train))
    }

    @Test func unknownNamesListTheArrays() {
        let text = message { try load("deflated.npz") }
        #expect(text.contains("no array has a usual name for images"), "\(text)")
        #expect(text.contains("one of pictures, y"), "\(text)")
        let other = message { try load("deflated.npz", ["images": .written("picture")]) }
        #expect(other.contains("did you mean 'pictures'?"), "\(other)")
    }

    @Test(arguments: [
        ([2, 6, 5, 3], "nhwc"), ([2, 1, 28, 28], "nchw"), ([9, 5], "nd"), ([9, 5, 5], "nhw"),
    ])
    func layoutsAreRecognised(_ shape: [Int], _ layout: String) throws {
        let array = try NPYArray(Self.file(shape), path: "a")
        #expect(try ArrayLayout.auto.resolved(for: array).rawValue == layout)
    }

    @Test(arguments: [[2, 3, 8, 3], [2, 8, 8, 8], [7], [1, 2, 3, 4, 5]])
    func unclearLayoutsAreRefused(_ shape: [Int]) throws {
        let array = try NPYArray(Self.file(shape), path: "a")
        #expect(exitCode { try ArrayLayout.auto.resolved(for: array) } == .configuration)
    }

    @Test(arguments: [
        ("'|O'", "(2,)", 16, "of type |O"), ("'<c8'", "(2,)", 16, "no real numbers"),
        ("'<U5'", "(2,)", 40, "no real numbers"), ("'<f4'", "(2, 3)", 23, "promises 2×3"),
        ("'<f4'", "(0, 3)", 0, "promises 0×3"), ("'<f4'", "(-1,)", 4, "cannot be read"),
        ("'<f8'", "(4611686018427387904, 4)", 0, "promises"), ("'<f4'", "2", 8, "cannot be read"),
        ("[('a', '<f4')]", "(2,)", 8, "no real numbers"),
    ])
    func whatIsNoArrayOfNumbersIsRefused(
        _ type: String, _ shape: String, _ count: Int, _ expected: String
    ) {
        let bytes = Self.file(type, shape, [UInt8](repeating: 0, count: count))
        #expect(exitCode { try NPYArray(bytes, path: "a.npy") } == .corruptData)
        let text = message { try NPYArray(bytes, path: "a.npy") }
        #expect(text.hasPrefix("a.npy: ") && text.contains(expected), "\(text)")
    }

    @Test func everyTruncationIsCorrupt() {
        let whole = Self.file([2, 3])
        for count in 0..<whole.count {
            #expect(
                exitCode { try NPYArray(Array(whole.prefix(count)), path: "a") } == .corruptData)
        }
    }

    /// An array of zero bytes.
    static func file(_ shape: [Int]) -> [UInt8] {
        let count = shape.reduce(1, *)
        let text = shape.map { "\($0), " }.joined()
        return file("'|u1'", "(\(text))", [UInt8](repeating: 0, count: count))
    }

    static func file(_ type: String, _ shape: String, _ elements: [UInt8]) -> [UInt8] {
        let header = "{'descr': \(type), 'fortran_order': False, 'shape': \(shape), }\n"
        let length = UInt8(header.utf8.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, length, 0] + Array(header.utf8) + elements
    }
}

import Datasets
import Options
import Testing

/// An option that changes nothing beside the others is refused: it was meant to change something.
@Suite(.timeLimit(.minutes(1))) struct IdleOptionTests {
    private static let reasons: [(set: String, [String: String], key: String, String)] = [
        ("images", ["folder": "p", "file-column": "path"], "file-column", "without a manifest"),
        ("images", ["folder": "p", "label-column": "y"], "label-column", "without a manifest"),
        ("images", ["folder": "p", "delimiter": "tab"], "delimiter", "without a manifest"),
        ("images", ["folder": "p", "header": "false"], "header", "without a manifest"),
        ("images", ["folder": "p", "fit": "pad"], "fit", "without size"),
        ("images", ["folder": "p", "filter": "area"], "filter", "without size"),
        (
            "images", ["folder": "p", "test": "t", "test-share": "0.2"], "test-share",
            "beside test;"
        ),
        (
            "images", ["folder": "p", "test-manifest": "t", "test-seed": "1"], "test-seed",
            "beside test-manifest"
        ),
        ("table", ["file": "f", "test": "t", "test-share": "0.1"], "test-share", "beside test;"),
        (
            "npy",
            [
                "images": "i", "labels": "l", "test-images": "i", "test-labels": "l",
                "test-seed": "3",
            ], "test-seed", "beside test-images"
        ),
        ("npz", ["file": "f", "test": "t", "test-share": "0.1"], "test-share", "beside test;"),
        (
            "npz", ["file": "f", "features": "together", "mean": "1", "deviation": "1"],
            "features", "beside mean"
        ),
        ("text", ["file": "f.csv", "test": "t", "test-seed": "0"], "test-seed", "beside test;"),
    ]

    @Test(arguments: reasons.indices) func whatChangesNothingIsRefused(_ index: Int) throws {
        let (set, options, key, reason) = Self.reasons[index]
        func settings(_ options: [String: String]) -> Setting {
            .map(options.mapValues { .written($0) })
        }
        let text = message { try DatasetSources.registry.make(set, options: settings(options)) }
        #expect(text.contains("\(key) has no effect \(reason)"), "\(text)")
        let others = options.filter { $0.key != key }
        let reading = DatasetSources.registry.reading(set, options: settings(others), at: nil)
        #expect(reading.problems.isEmpty, "without it there is no mistake")
        // The full form is read again, by a run that is resumed.
        let again = DatasetSources.registry.reading(set, options: reading.options, at: nil)
        #expect(again.problems.isEmpty, "\(again.problems.all)")
    }

    @Test func pairsByOrderHaveNoUnmatchedSamples() {
        let part = Setting.written(["set": .written("digits")])
        let options: [String: Setting] = [
            "main": part, "views": .written(["again": part]), "unmatched": .written("drop"),
        ]
        let text = message { try DatasetSources.registry.make("paired", options: .map(options)) }
        #expect(text.contains("unmatched has no effect by order"), "\(text)")
    }
}

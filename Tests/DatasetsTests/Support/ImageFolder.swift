import Datasets
import Foundation
import Options

/// Copies fixtures into a folder that is there while `body` runs: the keys are paths there.
func withImages<T>(
    _ files: [String: String], _ body: (_ folder: String) throws -> T
) throws -> T {
    try withFiles(files.mapValues { try Expected.bytes($0) }, body)
}

/// The images that options name, as samples of 6×6 with a cache in the folder, of which none are
/// for testing unless the options say so.
func loadImages(_ folder: String, _ options: [String: Setting]) throws -> Corpus {
    var all: [String: Setting] = ["cache": .written("\(folder)/cache"), "size": .written("6")]
    if options["test"] == nil, options["test-manifest"] == nil { all["test-share"] = .written("0") }
    all.merge(options) { $1 }
    return try DatasetSources.registry.make("images", options: .map(all)).load()
}

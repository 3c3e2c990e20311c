import Datasets
import Testing

@Suite(.timeLimit(.minutes(1))) struct SourceKeysTests {
    /// A new option of a source must say whether it changes numbers or only where they are read.
    @Test(arguments: DatasetSources.registry.names)
    func everyOptionDeclaresWhatItChanges(name: String) throws {
        let keys = try #require(DatasetSources.keys(of: name))
        let options = DatasetSources.registry.options(of: name).map(\.key)
        #expect(Set(options) == Set(Self.topLevel(keys.listing.map(\.path))))
    }

    private static func topLevel(_ paths: [String]) -> [String] {
        paths.map { String($0.prefix { $0 != "." }) }
    }
}

import Datasets
import Foundation
import Options
import Testing

/// WordNet's glosses, in a few lines of its files and as Debian installs them.
@Suite(.timeLimit(.minutes(2))) struct WordNetTests {
    private func load(_ options: [String: String] = [:]) throws -> Corpus {
        try DatasetSources.registry.make(
            "wordnet", options: .map(options.mapValues { .written($0) })
        )
        .load()
    }

    /// The whole of both files: as many texts as they have senses, of the classes of `lexnames`.
    @Test(arguments: [("noun", 82_115, 26, "time"), ("verb", 13_767, 15, "weather")])
    func installedFilesAreRead(_ part: String, _ count: Int, _ classes: Int, _ last: String) throws
    {
        let corpus = try load(["part": part, "length": "16"])
        #expect(corpus.train.count + (corpus.test?.count ?? 0) == count)
        #expect(corpus.train.classCount == classes && corpus.classNames?.last == last)
        #expect(Set(corpus.train.labels).count == classes)
    }

    @Test func aSenseIsItsGlossAndItsFile() throws {
        try withTemporaryFolder { folder in
            let lines = """
                  1 This is the licence.
                00001740 03 n 01 entity 0 003 ~ 00001930 n 0000 | that which is  
                00002137 28 n 02 now 0 today 1 000 | the present time; "now | then"  
                """
            try write(Array(lines.utf8), to: "\(folder)/data.noun")
            let corpus = try load([
                "folder": folder, "tokenizer": "bytes", "test-share": "0", "length": "40",
            ])
            #expect(corpus.train.labels == [0, 25])
            #expect(corpus.facts.contains("Tops: that which is"))
            #expect(corpus.facts.contains(#"time: the present time; "now | then""#))
            try write(Array("00001740 29 v 01 breathe | x\n1\n".utf8), to: "\(folder)/data.noun")
            let text = message { try load(["folder": folder]) }
            #expect(text.contains("line 1: is no sense of a noun"), "\(text)")
            #expect(text.contains("line 2: is no sense of a noun"), "\(text)")
        }
    }

    @Test func aMissingPackageIsNamed() {
        #expect(exitCode { try load(["folder": "/nowhere"]) } == .missingFile)
        #expect(
            message { try load(["folder": "/nowhere"]) }.contains("apt-get install wordnet-base"))
    }
}

import Bytes
import Datasets
import Foundation
import Testing

/// What holds of every data source of the registry. One after the other: some files are large.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SourceLawTests {
    static let names = DatasetSources.registry.names

    private func fixture(_ name: String) throws -> SourceFixture {
        try #require(SourceFixture.all[name], "write a fixture for the data source '\(name)'")
    }

    @Test func everySourceHasAFixture() {
        #expect(Set(SourceFixture.all.keys) == Set(Self.names))
    }

    @Test(arguments: names) func samplesAreAsTheSourcePromises(_ name: String) throws {
        let fixture = try fixture(name)
        try fixture.withSource(named: name) { source, _ in
            let corpus = try source.load()
            #expect(corpus.name == name)
            #expect(corpus.views.keys.sorted() == source.views.sorted())
            #expect(Set(fixture.shapes.keys) == Set(source.views + [""]))
            for (view, shape) in fixture.shapes {
                let seen = try corpus.view(view.isEmpty ? nil : view)
                let test = try #require(seen.test)
                #expect(seen.train.count == fixture.trainCount)
                #expect(test.count == fixture.testCount)
                for set in [seen.train, test] {
                    #expect(set.shape == shape)
                    #expect(set.classCount == fixture.classCount)
                    let least = set.labelsPerSample == 1 ? 0 : SampleSet.none
                    #expect(set.labels.allSatisfy { (least..<fixture.classCount).contains($0) })
                    try expectFinite(set, seen.normalization)
                }
            }
        }
    }

    /// What the network would see of the first samples and of the last.
    private func expectFinite(_ set: SampleSet, _ normalization: Normalization) throws {
        #expect(normalization.mean.count == set.shape[0])
        #expect(normalization.std.allSatisfy { $0 > 0 && $0.isFinite })
        let gatherer = try BatchGatherer(set, normalization: normalization)
        for range in [0..<min(100, set.count), max(0, set.count - 100)..<set.count] {
            let (images, labels) = gatherer.gather(range)
            #expect(images.shape == [range.count] + set.shape)
            #expect(images.isFinite)
            #expect(labels == set.labels(of: Array(range)))
        }
    }

    @Test(arguments: names) func theSameFilesAreTheSameData(_ name: String) throws {
        try fixture(name).withSource(named: name) { source, _ in
            let (first, second) = (try source.load(), try source.load())
            #expect(first.train == second.train && first.test == second.test)
            #expect(first.identity() == second.identity())
            #expect(first.normalization == second.normalization)
        }
    }

    @Test(arguments: names) func aChangedPixelIsOtherData(_ name: String) throws {
        let fixture = try fixture(name)
        try fixture.withSource(named: name) { source, folder in
            var digests: Set<[UInt8]> = [try source.load().identity()]
            for place in fixture.pixels {
                try overwrite(place, with: 211, in: folder)
                digests.insert(try source.load().identity())
            }
            #expect(digests.count == 1 + fixture.pixels.count)
        }
    }

    /// A changed label is found too, and leaves the identity as it is: a pool has none.
    @Test(arguments: names) func aChangedLabelIsReadAndNoOtherImage(_ name: String) throws {
        let fixture = try fixture(name)
        guard let label = fixture.label else { return }
        try fixture.withSource(named: name) { source, folder in
            let before = try source.load()
            try overwrite(label, with: 2, in: folder)
            let after = try source.load()
            #expect(before.train.labels[0] == 0 && after.train.labels[0] == 2)
            #expect(before.train.labels.dropFirst() == after.train.labels.dropFirst())
            #expect(before.identity() == after.identity())
            for view in after.views.values { #expect(view.train.labels == after.train.labels) }
        }
    }

    /// Where the source splits samples itself; no two of them are alike.
    @Test(arguments: names) func testSamplesAreNotTrainedOn(_ name: String) throws {
        let fixture = try fixture(name)
        guard fixture.isDisjoint else { return }
        try fixture.withSource(named: name) { source, _ in
            let corpus = try source.load()
            let test = try #require(corpus.test)
            let images = [corpus.train, test].flatMap { set in
                (0..<set.count).map { set.subset([$0]).identity() }
            }
            #expect(Set(images).count == fixture.trainCount + fixture.testCount)
        }
    }

    @Test(arguments: names) func aMissingFileIsNamed(_ name: String) throws {
        let fixture = try fixture(name)
        for file in fixture.files {
            try fixture.withSource(named: name) { source, folder in
                try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
                #expect(exitCode { try source.load() } == .missingFile)
                let message = message { try source.load() }
                #expect(message.hasPrefix("\(folder)/\(file): "), "\(message)")
            }
        }
    }

    @Test(arguments: names) func aFileCutShortIsNamed(_ name: String) throws {
        let fixture = try fixture(name)
        for file in fixture.files {
            try fixture.withSource(named: name) { source, folder in
                try truncate("\(folder)/\(file)")
                #expect(exitCode { try source.load() } == .corruptData)
                let message = message { try source.load() }
                #expect(message.hasPrefix("\(folder)/\(file): "), "\(message)")
            }
        }
    }

    @Test(arguments: names) func aLabelOutOfRangeIsNamedWithItsPlace(_ name: String) throws {
        let fixture = try fixture(name)
        guard let label = fixture.label else { return }
        try fixture.withSource(named: name) { source, folder in
            try overwrite(label, with: 255, in: folder)
            #expect(exitCode { try source.load() } == .corruptData)
            let message = message { try source.load() }
            #expect(message.hasPrefix("\(folder)/\(label.file): "), "\(message)")
            #expect(message.contains(" 0 is 255"), "\(message)")
            #expect(message.contains("0..<\(fixture.classCount)"), "\(message)")
        }
    }

    /// What a configuration check looks for on every host.
    @Test(arguments: names) func pathsLeadToEveryFile(_ name: String) throws {
        let fixture = try fixture(name)
        try fixture.withSource(named: name) { source, folder in
            for file in fixture.files {
                #expect(
                    source.paths.contains { "\(folder)/\(file)".hasPrefix($0) }, "\(file)")
            }
            #expect(source.paths.allSatisfy(FileManager.default.fileExists))
        }
    }
}

import Bytes
import Datasets
import Options
import Testing

@Suite(.timeLimit(.minutes(1))) struct CIFARTests {
    /// A row whose red, green and blue planes begin with 1, 2 and 3.
    private func row(_ labels: [UInt8]) -> [UInt8] {
        labels + (1...3).flatMap { [UInt8($0)] + [UInt8](repeating: 0, count: 1023) }
    }

    private func read(_ bytes: [UInt8], _ format: CIFARFormat, rows: Int) throws -> SampleSet {
        try withTemporaryFolder { folder in
            try write(bytes, to: "\(folder)/batch.bin")
            return try format.read(["batch.bin"], in: folder, rows: rows)
        }
    }

    @Test func rowsAreLabelsAndPlanes() throws {
        let format = CIFARFormat(labelBytes: 1, labelColumn: 0, classCount: 10)
        let set = try read(row([4]) + row([9]), format, rows: 2)
        #expect(set.labels == [4, 9])
        #expect(set.shape == [3, 32, 32])
        let expected = row([]) + row([])
        #expect(set.pixels == .bytes(expected))
    }

    @Test func sizesAndLabelsAreChecked() {
        let format = CIFARFormat(labelBytes: 1, labelColumn: 0, classCount: 10)
        #expect(exitCode { try read(row([4]).dropLast(), format, rows: 1) } == .corruptData)
        #expect(exitCode { try read(row([4]) + [0], format, rows: 1) } == .corruptData)
        #expect(message { try read(row([10]), format, rows: 1) }.contains("row 0 is 10"))
    }

    @Test func theSetOfTenIsSixFilesOfExactSize() throws {
        try withTemporaryFolder { folder in
            let options = Setting.written(["folder": .written(folder)])
            let source = try DatasetSources.registry.make("cifar10", options: options)
            for batch in 1...5 {
                try writeSparse(
                    30_730_000, to: "\(folder)/data_batch_\(batch).bin",
                    except: [30_726_927: UInt8(batch)])
            }
            #expect(exitCode { try source.load() } == .missingFile)
            try writeSparse(30_730_000, to: "\(folder)/test_batch.bin")
            let corpus = try source.load()
            #expect(corpus.train.count == 50_000)
            #expect(corpus.train.labels[9_999] == 1)
            #expect(corpus.train.labels[49_999] == 5)
            #expect(corpus.test?.count == 10_000)
            try writeSparse(30_729_999, to: "\(folder)/test_batch.bin")
            #expect(exitCode { try source.load() } == .corruptData)
        }
    }

    @Test(arguments: [("fine", 100, 77), ("coarse", 20, 13)])
    func theSetOfAHundredHasTwoLabels(_ labels: String, _ classes: Int, _ first: Int) throws {
        try withTemporaryFolder { folder in
            try writeSparse(153_700_000, to: "\(folder)/train.bin", except: [0: 13, 1: 77])
            try writeSparse(30_740_000, to: "\(folder)/test.bin")
            let options = Setting.written([
                "folder": .written(folder), "labels": .written(labels),
            ])
            let corpus = try DatasetSources.registry.make("cifar100", options: options).load()
            #expect(corpus.train.labels[0] == first)
            #expect(corpus.train.classCount == classes)
            #expect(corpus.train.count == 50_000)
        }
    }

    @Test(arguments: ["cifar10", "cifar100"]) func aMissingFolderIsNamed(_ set: String) throws {
        let options = Setting.written(["folder": .written("/nowhere")])
        let source = try DatasetSources.registry.make(set, options: options)
        #expect(exitCode { try source.load() } == .missingFile)
        #expect(message { try source.load() }.contains("/nowhere"))
    }
}

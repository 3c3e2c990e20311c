import Bytes
import Foundation
import Reporting
import Testing

@Suite(.timeLimit(.minutes(1)))
struct RunDirectoryTests {
    private let noon = Date(timeIntervalSince1970: 1_795_435_200.9)

    @Test func aRunHasItsPlacesAndLatestPointsAtIt() throws {
        let folder = try TemporaryFolder()
        let root = folder.path + "/runs"
        let first = try RunDirectory.create(
            in: root, name: "digits", id: "aa", learners: ["a", "b"], time: noon)
        let second = try RunDirectory.create(
            in: root, name: "digits", id: "bb", learners: ["a"], time: noon)
        #expect(first.markLatest() == nil && second.markLatest() == nil)
        #expect(first.path == root + "/digits/20261123-120000-aa")
        let latest = try FileManager.default.destinationOfSymbolicLink(
            atPath: root + "/digits/latest")
        #expect(latest == "20261123-120000-bb")
        try Data("x".utf8).write(to: URL(fileURLWithPath: second.learner("a").log))
        #expect(try folder.text(root + "/digits/latest/learners/a/log.txt") == "x")
        #expect(FileManager.default.fileExists(atPath: first.learner("b").path))
        let left = try FileManager.default.contentsOfDirectory(atPath: root + "/digits")
        #expect(left.count == 3)
    }

    @Test func runsOfOneSecondAreInTheirOrder() throws {
        let folder = try TemporaryFolder()
        for (index, id) in ["m", "z", "a", "k"].enumerated() {
            let run = try RunDirectory.create(
                in: folder.path, name: "n", id: id, learners: ["l"], time: noon)
            try FileManager.default.setAttributes(
                [.modificationDate: noon + Double(index) / 20], ofItemAtPath: "\(run.path)/learners"
            )
        }
        _ = try RunDirectory.create(
            in: folder.path, name: "n", id: "b", learners: ["l"], time: noon - 1)
        #expect(
            RunDirectory.all(in: folder.path, name: "n").map(\.id) == ["k", "a", "z", "m", "b"])
    }

    @Test func theSameRunTwiceIsRefused() throws {
        let folder = try TemporaryFolder()
        _ = try RunDirectory.create(in: folder.path, name: "n", id: "i", learners: [], time: noon)
        let error = #expect(throws: DiskError.self) {
            try RunDirectory.create(in: folder.path, name: "n", id: "i", learners: [], time: noon)
        }
        #expect(error?.exitCode == .disk)
        #expect(error?.path.hasSuffix("n/20261123-120000-i") == true)
    }

    @Test func aPlaceThatCannotBeWrittenIsNamed() {
        let error = #expect(throws: DiskError.self) {
            try RunDirectory.create(in: "/proc/nowhere", name: "n", id: "i", learners: [])
        }
        #expect(error?.path == "/proc/nowhere/n")
    }

    @Test func aLatestThatIsNoLinkIsNotOverwritten() throws {
        let folder = try TemporaryFolder()
        let latest = folder.path + "/n/latest"
        try FileManager.default.createDirectory(
            atPath: latest + "/kept", withIntermediateDirectories: true)
        let run = try RunDirectory.create(in: folder.path, name: "n", id: "i", learners: [])
        let remark = try #require(run.markLatest())
        #expect(remark.contains(latest) && remark.contains("name \(run.path) itself"))
        #expect(FileManager.default.fileExists(atPath: latest + "/kept"))
    }

    @Test func checkpointsAreNamedByEightDigits() {
        let learner = RunDirectory(path: "r").learner("a")
        let checkpoint = learner.checkpoint(afterStep: 1000)
        #expect(checkpoint.model == "r/learners/a/checkpoints/step-00001000/model.safetensors")
    }

    @Test func aSummaryComesBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/summary.json"
        let summary = Summary(
            run: "r1", name: "digits", seed: .max, configurationDigest: "0a", seconds: 12.5,
            learners: [
                "a": LearnerSummary(
                    model: "mlp", parameters: 100, steps: 20, testAccuracy: 0.9,
                    aloneTestAccuracy: 0.8),
                "b": LearnerSummary(model: "mlp", parameters: 100, steps: 3, testAccuracy: nil),
            ], ensembleAccuracy: 0.91)
        try summary.write(to: path)
        #expect(try Summary.read(from: path) == summary)
        let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path)))
        let learners = (object as? [String: Any])?["learners"] as? [String: [String: Any]]
        #expect(learners?["a"]?["test_accuracy"] as? Double == 0.9)
        #expect(learners?["a"]?["steps"] as? Int == 20)
        #expect(learners?["a"]?["parameters"] as? Int == 100)
        #expect(learners?["a"]?["alone_test_accuracy"] as? Double == 0.8)
    }

    @Test func aMissingAndABrokenSummaryAreToldApart() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/summary.json"
        #expect(throws: DiskError.self) { try Summary.read(from: path) }.map {
            #expect($0.exitCode == .missingFile)
        }
        try Data("{".utf8).write(to: URL(filePath: path))
        #expect(throws: DiskError.self) { try Summary.read(from: path) }.map {
            #expect($0.exitCode == .corruptData)
        }
    }
}

import Bytes
import Foundation
import Reporting
import Testing

/// `cohort export` of a learner of a run that has ended.
@Suite(.timeLimit(.minutes(3))) struct ExportTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private func trained() async throws -> RunDirectory {
        let finished = try await Cohort.run(["run", try place.pair()], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return place.latest()
    }

    @Test func theWeightsAndWhatTheyExpectAreWritten() async throws {
        let run = try await trained()
        let folder = run.path + "/exported"
        let finished = try await Cohort.run(
            [
                "export", run.path + "/a", "--safetensors", folder, "--onnx", folder + ".onnx",
                "--softmax", "--normalize",
            ], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let weights = try #require(run.learner("a").latestCheckpoint).model
        let evaluated = try await Cohort.run(
            ["evaluate", run.path, "--learner", "a", "--weights", folder + "/model.safetensors"],
            in: place)
        let own = try await Cohort.run(
            ["evaluate", run.path, "--learner", "a", "--weights", weights], in: place)
        #expect(evaluated.output == own.output)
        let config = try #require(
            try JSONSerialization.jsonObject(
                with: Data(contentsOf: URL(fileURLWithPath: folder + "/config.json")))
                as? [String: Any])
        #expect(config["input"] as? [Int] == [1, 8, 8])
        #expect(config["classes"] as? Int == 10)
        #expect(config["learner"] as? String == "a")
        let normalization = try #require(config["normalization"] as? [String: Any])
        #expect(normalization["divisor"] as? Double == 16)
        let file = try Data(contentsOf: URL(fileURLWithPath: folder + ".onnx"))
        #expect(file.range(of: Data("probabilities".utf8)) != nil)
        #expect(file.range(of: Data("normalized_inside".utf8)) != nil)
    }

    @Test func whatCannotBeWrittenIsRefused() async throws {
        let run = try await trained()
        func code(_ arguments: String...) async throws -> (ExitCode, String) {
            let finished = try await Cohort.run(["export"] + arguments, in: place)
            return (finished.exitCode, finished.complaint)
        }
        let unknown = try await code(run.path + "/zz", "--onnx", "x.onnx")
        #expect(unknown.0 == .configuration)
        #expect(unknown.1.contains("unknown learner 'zz'"))
        let missing = try await code("nowhere/a", "--onnx", "x.onnx")
        #expect(missing.0 == .missingFile)
        #expect(missing.1.contains("nowhere/config.yaml"))
        #expect(try await code(run.path + "/a").0 == .usage)
        #expect(try await code(run.path + "/a", "--safetensors", "x", "--softmax").0 == .usage)
        let unwritable = try await code(run.path + "/a", "--onnx", "/dev/null/x.onnx")
        #expect(unwritable.0 == .disk)
    }
}

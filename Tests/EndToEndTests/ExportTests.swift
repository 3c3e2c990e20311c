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

    /// The file of integers is smaller, its size is reported, and the floats can be trained on.
    @Test func integersAreWritten() async throws {
        let words = [
            "run", try place.pair(), "learners.a.options.hidden=[64]",
            "learners.a.quantize={weights: 4, activations: 8}",
        ]
        let run = try await Cohort.run(words, in: place)
        try #require(run.exitCode == .success, "\(run.complaint)")
        let folder = place.latest().path + "/exported"
        let finished = try await Cohort.run(
            [
                "export", place.latest().path + "/a", "--safetensors", folder, "--onnx",
                folder + ".onnx",
            ], in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        func size(_ path: String) throws -> Int {
            try Data(contentsOf: URL(fileURLWithPath: path)).count
        }
        let integers = try size(folder + "/model.int8.safetensors")
        #expect(finished.complaint.contains("model.int8.safetensors: \(integers) bytes"))
        #expect(finished.complaint.contains("as floats ("))
        #expect(integers * 2 < (try size(folder + "/model.safetensors")))
        let onnx = try Data(contentsOf: URL(fileURLWithPath: folder + ".onnx"))
        #expect(onnx.range(of: Data("QuantizeLinear".utf8)) != nil)
        #expect(onnx.count < (try size(folder + "/model.safetensors")))
        let again = try await Cohort.run(
            words + ["name=again", "learners.a.weights=\(folder)/model.safetensors"], in: place)
        #expect(again.exitCode == .success, "\(again.complaint)")
        let asFloats = try await Cohort.run(
            [
                "check", try place.pair(), "learners.a.options.hidden=[64]",
                "learners.a.weights=\(folder)/model.safetensors",
            ], in: place)
        #expect(asFloats.exitCode != .success)
        #expect(asFloats.complaint.contains("fc1.input_scale"))
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

import Bytes
import Foundation
import Reporting
import Testing

/// `cohort predict` and `cohort export` by the early exits of a model.
@Suite(.timeLimit(.minutes(3))) struct ExitTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// Learner a has two exits and the last layer, b none.
    private func trained() async throws -> RunDirectory {
        let file = try place.write(
            """
            name: own
            data: {set: digits, labels: 64}
            training: {steps: 8, batch: 16}
            learners:
              a: {model: resnet8, options: {width: 4, exits: true}}
              b: {model: resnet8, options: {width: 4}}
            teaching:
              - byot: a
            runs: \(place.runs)
            """, to: "own.yaml")
        let finished = try await Cohort.run(["run", file], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        return place.latest("own")
    }

    /// An array of three images of digits.
    private func images() throws -> String {
        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (3, 8, 8), }\n"
        let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0]
        let pixels = (0..<192).map { UInt8($0 * 7 % 17) }
        return try place.write(start + Array(header.utf8) + pixels, to: "new.npy")
    }

    /// The mean of logits is, but for an offset of each sample, the mean of the logarithms.
    @Test func eachExitAndTheirMeanClassify() async throws {
        let (run, new) = (try await trained(), try images())
        let last = try await place.predictions(run.path + "/a", new)
        var all = [last]
        for exit in 1...2 {
            all.append(try await place.predictions(run.path + "/a", new, "--exit", "\(exit)"))
        }
        for (number, one) in all.enumerated() {
            for other in all[..<number] {
                #expect(zip(one, other).allSatisfy { $0.logarithms != $1.logarithms })
            }
        }
        let mean = try await place.predictions(run.path + "/a", new, "--exit", "mean")
        for (sample, line) in mean.enumerated() {
            let found = line.logarithms
            let distances = found.map { name, value in
                value - all.reduce(0) { $0 + ($1[sample].logarithms[name] ?? 0) } / 3
            }
            let spread = (distances.max() ?? 0) - (distances.min() ?? 0)
            #expect(spread < 1e-4)
        }
    }

    @Test func anExportedExitHoldsWhatItNeeds() async throws {
        let run = try await trained()
        func file(_ arguments: String...) async throws -> Data {
            let finished = try await Cohort.run(
                ["export", run.path + "/a", "--onnx", "a.onnx"] + arguments, in: place)
            try #require(finished.exitCode == .success, "\(finished.complaint)")
            return try Data(contentsOf: URL(fileURLWithPath: "\(place.path)/a.onnx"))
        }
        let last = try await file()
        let (first, mean) = (try await file("--exit", "1"), try await file("--exit", "mean"))
        #expect(first.count < last.count && last.count < mean.count)
        for (data, name) in [(first, "exit1"), (mean, "mean")] {
            #expect(data.range(of: Data(name.utf8)) != nil)
        }
        for number in 1...2 {
            let layer = Data("exits.\(number).".utf8)
            #expect(last.range(of: layer) == nil && mean.range(of: layer) != nil)
            #expect((first.range(of: layer) != nil) == (number == 1))
        }
    }

    @Test func whatIsNoExitIsRefused() async throws {
        let (run, new) = (try await trained(), try images())
        let refused: [(arguments: [String], code: ExitCode, words: String)] = [
            (["predict", run.path + "/a", new, "--exit", "3"], .configuration, "exits 1 to 2"),
            (["predict", run.path + "/b", new, "--exit", "1"], .configuration, "no early exits"),
            (["predict", run.path + "/b", new, "--exit", "mean"], .configuration, "learner 'b'"),
            (["predict", run.path + "/a", new, "--exit", "0"], .usage, "--exit"),
            (["predict", run.path + "/a", new, "--exit", "last"], .usage, "--exit"),
            (["predict", run.path, "--ensemble", new, "--exit", "1"], .usage, "--ensemble"),
            (
                ["export", run.path + "/a", "--onnx", "x.onnx", "--exit", "9"], .configuration,
                "learner 'a'"
            ),
            (
                ["export", run.path + "/b", "--onnx", "x.onnx", "--exit", "mean"], .configuration,
                "exits: true"
            ),
            (["export", run.path + "/a", "--safetensors", "x", "--exit", "1"], .usage, "--onnx"),
        ]
        for (arguments, code, words) in refused {
            let finished = try await Cohort.run(arguments, in: place)
            #expect(finished.exitCode == code, "\(arguments): \(finished.complaint)")
            #expect(finished.complaint.contains(words), "\(arguments): \(finished.complaint)")
        }
        #expect(!FileManager.default.fileExists(atPath: "\(place.path)/x.onnx"))
    }
}

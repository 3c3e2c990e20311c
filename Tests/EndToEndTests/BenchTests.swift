import Bytes
import Foundation
import Testing

/// `cohort bench`: what it prints and refuses; nothing here depends on how fast it is.
@Suite(.timeLimit(.minutes(3))) struct BenchTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    private static let brief = [
        "--batch", "4", "--input", "1x8x8", "--steps", "1", "--seconds", "0",
    ]

    @Test func aStepIsOneObjectOfJSON() async throws {
        let finished = try await Cohort.run(
            ["bench", "step", "--model", "mlp", "--options", "hidden=[8, 6]", "--json"]
                + Self.brief, in: place)
        #expect(
            finished.exitCode == .success && finished.output.count == 1, "\(finished.complaint)")
        let data = Data(try #require(finished.output.first).utf8)
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["parameters"] as? Int == 65 * 8 + 9 * 6 + 7 * 10)
        #expect(object["multiply_adds"] as? Int == 64 * 8 + 8 * 6 + 6 * 10)
        #expect(object["allocations_per_step"] as? Double == 0, "on one thread all is reused")
        #expect(object["batch"] as? Int == 4 && object["threads"] as? Int == 1)
    }

    /// Every loss and combination that a configuration can name, a new one without being named
    /// here, reuses what its first steps asked for.
    @Test func aStepOfNoTermAsksForMemory() async throws {
        let finished = try await Cohort.run(
            [
                "bench", "terms", "--batch", "8", "--warm-up", "4", "--steps", "4", "--seconds",
                "0", "--json",
            ], in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let data = Data(try #require(finished.output.first).utf8)
        let rows = try #require(JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        #expect(Set(rows.compactMap { $0["kind"] as? String }) == ["loss", "combination"])
        for kind in ["losses", "combinations"] {
            let listed = try await Cohort.run(["list", kind], in: place).output.dropFirst()
            let names = listed.compactMap { $0.split(separator: " ").first.map(String.init) }
            #expect(Set(names).isSubset(of: rows.compactMap { $0["name"] as? String }))
        }
        for row in rows {
            #expect(row["allocations_per_step"] as? Double == 0, "\(row["name"] ?? "")")
        }
    }

    @Test(arguments: [[], ["--ipc"]])
    func anExchangeIsMeasuredInEveryWay(_ transport: [String]) async throws {
        for (learners, kinds) in [("2", 8), ("3", 7)] {
            let finished = try await Cohort.run(
                [
                    "bench", "exchange", "--learners", learners, "--steps", "5", "--rounds", "1",
                    "--json",
                ] + transport, in: place)
            #expect(finished.exitCode == .success, "\(finished.complaint)")
            let data = Data(try #require(finished.output.first).utf8)
            let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Double])
            #expect(object.count == kinds && object.values.allSatisfy { $0 > 0 })
        }
    }

    @Test func operationsHaveARowEach() async throws {
        let finished = try await Cohort.run(
            ["bench", "ops", "--model", "lenet"] + Self.brief, in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        let names = finished.output.compactMap { $0.split(separator: " ").first.map(String.init) }
        let some: Set = ["operation", "convolution", "maxPool", "linear", "rest"]
        #expect(some.isSubset(of: names))
    }

    @Test func aProblemIsWritten() async throws {
        let finished = try await Cohort.run(
            ["bench", "problem", "--model", "mlp", "--batch", "2", "--input", "1x4x4", place.path],
            in: place)
        #expect(finished.exitCode == .success, "\(finished.complaint)")
        for name in ["model", "batch"] {
            #expect(FileManager.default.fileExists(atPath: "\(place.path)/\(name).safetensors"))
        }
    }

    @Test(
        arguments: [
            (["step", "--model", "resnet9"], ExitCode.configuration, "'resnet8'"),
            (
                ["step", "--model", "mlp", "--options", "hiden=[8]"], ExitCode.configuration,
                "did you mean 'hidden'?"
            ),
            (["ops", "--model", "mlp", "--input", "8x8"], ExitCode.usage, "CxHxW"),
            (["step", "--model", "mlp", "--threads", "0"], ExitCode.usage, "--threads"),
            (["problem", "--model", "mlp", "/nowhere/at/all"], ExitCode.disk, "cannot write"),
        ])
    func whatIsWrongIsSaid(arguments: [String], code: ExitCode, hint: String) async throws {
        let finished = try await Cohort.run(["bench"] + arguments, in: place)
        #expect(finished.exitCode == code)
        #expect(finished.complaint.contains(hint), "\(finished.complaint)")
    }
}

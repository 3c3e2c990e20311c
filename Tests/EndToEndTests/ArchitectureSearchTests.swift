import Foundation
import Orchestration
import Reporting
import Testing

/// `cohort search architecture`, as real processes at a small size.
@Suite(.timeLimit(.minutes(5))) struct ArchitectureSearchTests {
    private let place: Workplace

    init() throws { place = try Workplace() }

    /// A teacher of two stages, a few steps, and validation samples.
    private func configuration(steps: Int = 12) throws -> String {
        try place.write(
            """
            name: searched
            data: {set: digits, labels: 128, validation: 100}
            training: {steps: \(steps), batch: 16, evaluate: 0, interval: 4}
            learners:
              t: {model: plain-cnn, options: {depth: 2}}
            runs: \(place.runs)
            """, to: "searched.yaml")
    }

    private func words(_ file: String, _ more: [String] = []) -> [String] {
        [
            "search", "architecture", file, "--teacher", "t", "--layers", "2", "--operations",
            "conv3,sep5,skip", "--parameters", "6000", "--nets", "2", "--population", "4",
            "--generations", "2", "--format", "json",
        ] + more
    }

    private var folder: String { "\(place.runs)/searched-search" }

    private func nets(_ finished: Finished) throws -> [TrainedNet] {
        try finished.output.map {
            try JSONDecoder().decode(TrainedNet.self, from: Data($0.utf8))
        }
    }

    /// Every part runs, and the found net is a model that everything else can use.
    @Test func aSearchEndsWithAModel() async throws {
        let finished = try await Cohort.run(words(try configuration()), in: place)
        try #require(finished.exitCode == .success, "\(finished.complaint)")
        let nets = try nets(finished)
        #expect(nets.map(\.net.name) == ["found", "one-shot", "random-1", "random-2"])
        for net in nets {
            #expect(net.net.cost.parameters <= 6000 && net.net.supernetAccuracy != nil)
            #expect(net.taught != nil && net.alone != nil)
            #expect(net.net.score >= nets[0].net.score)
        }
        // Each block is a process of its own.
        let blocks = RunDirectory(path: "\(folder)/runs/blocks/latest")
        for name in ["t", "block-1", "block-2"] {
            #expect(FileManager.default.fileExists(atPath: blocks.learner(name).path))
        }
        let file = try place.write(
            """
            name: student
            data: {set: digits, labels: 128}
            training: {steps: 4, batch: 16}
            learners:
              s: {model: searched, options: {file: \(folder)/found.json}}
            runs: \(place.runs)
            """, to: "student.yaml")
        for words in [
            ["run", file], ["evaluate", "\(place.runs)/student/latest"],
            ["run", "\(folder)/nets.yaml", "training.steps=2"],
            ["export", "\(place.runs)/student/latest/s", "--onnx", "\(place.path)/s.onnx"],
            ["run", file, "name=small", "learners.s.quantize=minmax"],
        ] {
            let used = try await Cohort.run(words, in: place)
            #expect(used.exitCode == .success, "\(words): \(used.complaint)")
        }
    }

    /// Killed and stopped on the way, it goes on, and comes to what a search without a break does.
    @Test(arguments: [SIGTERM, SIGKILL])
    func anInterruptedSearchGoesOn(signal: Int32) async throws {
        let words = words(try configuration(steps: 64), ["--generations", "0"])
        let whole = try await Cohort.run(
            words + ["--directory", "\(place.path)/whole"], in: place)
        try #require(whole.exitCode == .success, "\(whole.complaint)")
        let (_, broken) = try await Cohort.run(words, in: place) { running in
            for await line in running.errors where line.hasPrefix("cohort: blocks: ") { break }
            kill(running.identifier, signal)
        }
        #expect(broken.exitCode != .success)
        #expect(try await place.isDeserted(within: .seconds(60)))
        let resumed = try await Cohort.run(words, in: place)
        try #require(resumed.exitCode == .success, "\(resumed.complaint)")
        let (again, once) = (try nets(resumed), try nets(whole))
        #expect(again == once)
        let other = try await Cohort.run(words + ["--nets", "3"], in: place)
        #expect(other.exitCode == .configuration)
        #expect(other.complaint.contains("begun otherwise (--nets)"), "\(other.complaint)")
    }
}

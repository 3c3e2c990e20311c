import Experiment
import Testing

/// What learners are estimated to take of their host.
@Suite(.timeLimit(.minutes(1))) struct NeedsTests {
    private func needs(_ overrides: String...) throws -> LearnerNeeds {
        let configuration = try ExperimentConfiguration(
            text: """
                data: {set: digits, labels: 64}
                training: {steps: 2, batch: 32}
                learners:
                  a: {model: resnet8}
                  b: {model: mlp, external: true}
                teaching:
                  - mutual: [a, b]
                exchange: {transport: tcp, journal: 4}
                """, file: "f", name: "f", overrides: overrides, registries: .all)
        let found = try Assembler(configuration).needs(of: ["a"])
        #expect(found.map(\.name) == ["a"])
        return try #require(found.first)
    }

    @Test func memoryGrowsWithWhatTakesIt() throws {
        let usual = try needs().memory
        #expect(try needs("training.batch=512").memory > usual + 20 << 20)
        #expect(try needs("learners.a.options.width=64").memory > usual + 40 << 20)
        #expect(
            try needs("training.optimizer={kind: adamw}", "learners.a.options.width=64").memory
                > needs("learners.a.options.width=64").memory + 30 << 20)
    }

    /// The measured peak of this learner is 64 MB.
    @Test func memoryIsNearWhatWasMeasured() throws {
        #expect((48_000_000...80_000_000).contains(try needs().memory))
    }

    /// A generator, and who takes its samples, with their measured peaks: 104, 73 and 76 MiB.
    @Test(arguments: ["g": 109_000_000, "t": 76_000_000, "s": 80_000_000])
    func memoryOnMadeSamplesIsNearWhatWasMeasured(name: String, peak: Int) throws {
        let needed = try madeNeeds(of: name)
        #expect((peak * 3 / 4...peak * 5 / 4).contains(needed), "\(name) needs \(needed)")
    }

    /// A student that learns from its labelled samples too passes both batches at once: 27 MB more
    /// were measured.
    @Test func labelledSamplesCountBesideMadeOnes() throws {
        let both = try madeNeeds(of: "s", "learners.s.labelled=true")
        #expect(try both > madeNeeds(of: "s") + 20_000_000)
    }

    private func madeNeeds(of name: String, _ overrides: String...) throws -> Int {
        let lenet = "{channels: [32, 64], hidden: 256}"
        let configuration = try ExperimentConfiguration(
            text: """
                data: {set: digits, labels: 640}
                training: {steps: 6, batch: 512}
                learners:
                  t: {model: lenet, options: \(lenet), role: teacher, weights: t}
                  g: {model: dcgan, role: generator, options: {latent: 32, channels: 64}}
                  s: {model: lenet, options: \(lenet), labelled: false}
                teaching:
                  - data-free: {generator: g, teacher: t, to: [s], method: dfad}
                """, file: "f", name: "f", overrides: overrides, registries: .all)
        return try #require(Assembler(configuration).needs(of: [name]).first).memory
    }

    @Test func diskHoldsCheckpointsAndTheJournal() throws {
        let usual = try needs()
        let journal = try needs("exchange.journal=8").disk - usual.disk
        #expect(journal == 4 << 20)
        let checkpoint = try needs("checkpoints.keep=3").disk - usual.disk
        #expect(try needs("checkpoints.keep=4").disk - usual.disk == 2 * checkpoint)
        let moments =
            try needs("training.optimizer={kind: adamw}", "checkpoints.keep=3").disk
            - needs("training.optimizer={kind: adamw}").disk
        #expect(moments == 3 * checkpoint, "weights, and two numbers of each")
        #expect(try needs("checkpoints.keep=3").files > usual.files)
    }
}

import Experiment
import Options
import Testing

/// What a check says once the data are loaded and the models are built.
@Suite(.timeLimit(.minutes(1))) struct CheckFactsTests {
    func assembler(_ training: String, model: String = "mlp") throws -> Assembler {
        try Assembler(
            try ExperimentConfiguration(
                text: """
                    data: {set: digits}
                    training: \(training)
                    learners: {a: {model: \(model)}, b: {model: mlp}}
                    teaching: [mutual: [a, b]]
                    """, file: "f", name: "f", registries: .all))
    }

    @Test func showsSamplesAndClasses() throws {
        let assembler = try assembler("{steps: 10, batch: 16}")
        let report = assembler.configuration.checkReport(try assembler.facts())
        #expect(report.contains("of 10 classes, each 1×8×8"))
        #expect(report.contains("normalized by mean 0.3053, deviation 0.376"))
        #expect(report.contains("class  training  test"))
    }

    @Test func showsBitsAndBytes() throws {
        let assembler = try assembler(
            "{steps: 10, batch: 16}", model: "resnet8, quantize: {weights: 3, activations: 5}")
        let report = assembler.configuration.checkReport(try assembler.facts())
        #expect(report.contains("quantisation\na "))
        #expect(report.contains(/conv1 +16×1×3×3 +8 +8, signed/))
        #expect(report.contains(/layer1.0.conv1 +16×16×3×3 +3 +5\n/))
        #expect(report.contains(/fc +10×64 +8 +8\n/))
        #expect(report.contains(/weights on disk: \d+ bytes as int8, \d+ as floats \(\d\d\.\d %\)/))
    }

    @Test func showsThreeSamples() throws {
        let data = try #require(
            try assembler("{steps: 10, batch: 16}").facts().data?.split(separator: "\n"))
        let rows = data.drop { !$0.hasPrefix("sample") }.dropFirst()
        #expect(rows.map { $0.split(separator: " ")[0] } == ["0", "628", "1256"], "\(data)")
        #expect(rows.allSatisfy { $0.contains(" to ") && $0.hasSuffix("digits") })
    }

    @Test func aMilestoneCountsEpochs() throws {
        let schedule = "{kind: step, at: [2, 4], factor: 0.5, in: epochs}"
        let assembler = try assembler("{epochs: 8, batch: 100, schedule: \(schedule)}")
        let rates = try #require(try assembler.facts().rates)
        // 1,257 samples in batches of 100.
        #expect(rates.contains("0.05 at step 25 (epoch 2)"), "\(rates)")
        #expect(rates.contains("0.025 at step 50 (epoch 4)"), "\(rates)")
        #expect(assembler.remarks.lines.isEmpty)
    }

    @Test(arguments: [
        ("[1, 20]", "in the first per cent"), ("[2000]", "after the end of the run"),
    ])
    func anUnlikelyMilestoneIsRemarkedOn(at: String, words: String) throws {
        let schedule = "{kind: step, at: \(at)}"
        let assembler = try assembler("{steps: 1000, batch: 100, schedule: \(schedule)}")
        _ = try assembler.facts()
        #expect(
            assembler.remarks.lines.contains { $0.contains(words) && $0.contains("in: epochs") })
    }

    @Test func aBatchOfOneIsRefusedWhereBatchNormIsOfOneValue() throws {
        #expect(throws: SettingError.self) {
            try assembler("{steps: 10, batch: 1}", model: "vgg8").checkAll()
        }
        try assembler("{steps: 10, batch: 2}", model: "vgg8").checkAll()
        try assembler("{steps: 10, batch: 1}", model: "resnet8").checkAll()
        try assembler("{steps: 10, batch: 1}").checkAll()
    }
}

import Datasets
import Experiment
import Foundation
import Options
import Testing

/// Samples that are drawn by class, from the configuration to the learners.
@Suite(.timeLimit(.minutes(1))) struct SamplerConfigurationTests {
    private func assembler(
        _ data: String = "{set: digits, labels: 100, sampler: {per-class: 2}}", batch: Int = 20,
        a: String = "{model: mlp}"
    ) throws -> Assembler {
        try Assembler(
            try ExperimentConfiguration(
                text: """
                    data: \(data)
                    training: {steps: 10, batch: \(batch)}
                    learners: {a: \(a), b: {model: mlp}, p: {external: true}}
                    teaching: [mutual: [a, b, p]]
                    exchange: {transport: tcp}
                    """, file: "f", name: "f", registries: .all))
    }

    /// The classes that learners draw are those that their plan names.
    @Test func everyLearnerDrawsTheSameBatch() throws {
        let assembler = try assembler()
        var (a, b) = (
            try assembler.assembly(of: "a", as: .member(stage: 1)).data,
            try assembler.assembly(of: "b", as: .alone).data
        )
        let plan = try #require(try assembler.learnerPlan(of: "p", inStage: 1).common)
        #expect(plan.perClass == 2)
        let classes = Dictionary(
            uniqueKeysWithValues: zip(plan.samples, try #require(plan.classes)))
        for step in 0..<10 {
            let (own, others) = (a.own.samples(at: step), b.own.samples(at: step))
            let batch = try #require(own)
            #expect(others == batch)
            let drawn = batch.samples.map { classes[$0] ?? -1 }
            #expect(
                Set(drawn).count == 10
                    && stride(from: 0, to: 20, by: 2).allSatisfy {
                        drawn[$0] == drawn[$0 + 1]
                    })
        }
    }

    @Test func aPlanNamesNoClassesWhereTheseDoNotCount() throws {
        let json = try assembler("{set: digits, labels: 100}").learnerPlan(of: "p", inStage: 1)
            .json()
        #expect(!json.contains("per_class"))
    }

    @Test func anotherSamplerIsAnotherOrder() throws {
        let digests = try [
            "{set: digits, labels: 100}",
            "{set: digits, labels: 100, sampler: {per-class: 1}}",
            "{set: digits, labels: 100, sampler: {per-class: 2}}",
        ].map { try assembler($0).sampleOrderDigest() }
        #expect(Set(digests).count == 3)
    }

    @Test func aCheckShowsIt() throws {
        let assembler = try assembler()
        #expect(
            try assembler.facts().data?.contains("each batch of 20 holds 10 groups of 2") == true)
        try assembler.checkAll()
        #expect(assembler.remarks.lines.isEmpty)
        let rare = try self.assembler("{set: digits, labels: 40, sampler: {per-class: 10}}")
        try rare.checkAll()
        #expect(rare.remarks.lines.contains { $0.contains("holds one of them several times") })
    }

    @Test func aBatchOfNoWholeGroupsIsRefused() throws {
        let error = #expect(throws: DatasetError.self) {
            try assembler(batch: 21).sampleOrderDigest()
        }
        #expect("\(error, default: "")".contains("does not hold whole groups of 2"))
    }

    /// A learner's own labelled samples are drawn by its own data's sampler.
    @Test func ownDataHaveASamplerOfTheirOwn() throws {
        let own = "{model: mlp, data: {set: digits, labels: 50, sampler: {per-class: 5}}}"
        var data = try assembler("{set: digits, labels: 100}", a: own)
            .assembly(of: "a", as: .member(stage: 1)).data
        let found = try data.own.batch(at: 3).labels
        let batch = try #require(found)
        #expect(stride(from: 0, to: 20, by: 5).allSatisfy { Set(batch[$0..<$0 + 5]).count == 1 })
    }
}

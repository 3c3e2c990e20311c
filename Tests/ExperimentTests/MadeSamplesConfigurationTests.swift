import CohortGraph
import Experiment
import Limits
import Options
import Testing

/// Samples that a generator makes, from the configuration to the learners.
@Suite(.timeLimit(.minutes(1))) struct MadeSamplesConfigurationTests {
    private static let text = """
        data: {set: digits, labels: 64}
        training: {steps: 10, batch: 16}
        learners:
          t: {model: mlp, external: true, role: teacher}
          g: {model: dcgan, role: generator, options: {latent: 4, channels: 4}}
          s: {model: mlp}
        teaching:
          - data-free: {generator: g, teacher: t, to: [s]}
        exchange: {transport: tcp}
        """

    private func configuration(_ overrides: [String]) throws -> ExperimentConfiguration {
        try ExperimentConfiguration(
            text: Self.text, file: "f", name: "f", overrides: overrides, registries: .all)
    }

    @Test(arguments: [
        (
            ["data.augmentation.strong=true", "learners.s.strong-task=0.5"],
            "learner 's' takes the samples that a generator makes, of which there is no strong view;"
                + " leave `strong-task` out"
        ),
        (
            ["data.augmentation.strong=true", "learners.g.strong-task=0.5"],
            "learner 'g' is a generator, which has no samples to see strongly augmented"
        ),
        (["learners.t.attack=nan"], "would answer with the gradient of what it did not send"),
        (["learners.s.attack=nan", "teaching.0.data-free.method=dfad"], "leave `attack` out"),
        (
            [own("version: last-seen")],
            "teaches itself by loss 'kd' on an edge that looks at these; leave that edge out"
        ),
        ([own("version: partner")], "teaches itself by loss 'kd' on an edge that looks at these"),
    ])
    func whatMadeSamplesLackIsRefused(overrides: [String], message: String) throws {
        let error = #expect(throws: SettingError.self) { try configuration(overrides) }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    private static func own(_ option: String) -> String {
        "teaching=[{data-free: {generator: g, teacher: t, to: [s]}},"
            + " {edge: {from: s, to: s, loss: kd, \(option)}}]"
    }

    /// What asks a learner's own past for neither labels nor numbers goes with made samples.
    @Test func ownSnapshotsAreAllowed() throws {
        _ = try Assembler(configuration([Self.own("version: {snapshot: 5}")]))
            .assembly(of: "s", as: .member(stage: 1))
    }

    /// While a generator computes those that learn on its samples wait, and the other way about.
    @Test func neitherSideSharesProcessorsWithTheOther() throws {
        let processors = ProcessorAllowance(shared: [ProcessorBound(.processors, 4, "4 of them")])
        func words(_ name: String, _ overrides: [String] = []) throws -> String {
            try configuration(overrides)
                .threads(of: name, among: ["t", "g", "s"], on: processors).words
        }
        #expect(try words("g") == "4 threads (4 of them, in turn with students)")
        for name in ["t", "s"] {
            #expect(
                try words(name)
                    == "2 threads (4 of them, shared by 2 processes, in turn with generators)")
        }
        #expect(
            try words("g", ["learners.g.training.threads=1"]) == "1 thread (training.threads)")
    }

    /// Whoever takes made samples learns for as long as their generator.
    @Test(arguments: ["learners.s.training.steps=5", "learners.g.training.steps=20"])
    func unequalLengthsAreRefused(override: String) throws {
        let assembler = try Assembler(configuration([override]))
        for name in ["s", "g"] {
            let error = #expect(throws: SettingError.self) {
                try assembler.assembly(of: name, as: .member(stage: 1))
            }
            let text = error?.description ?? ""
            #expect(text.contains("and generator 'g', whose samples it takes, for"), "\(text)")
        }
        _ = try Assembler(configuration([])).assembly(of: "s", as: .member(stage: 1))
    }

    private static func cmi(_ options: String) -> String {
        "teaching.0.data-free.method={kind: cmi, batch-norm: 0\(options)}"
    }

    /// Contrastive inversion makes half a batch of samples at a time, each in two views, and its
    /// generator keeps their features; without contrast it makes whole batches.
    @Test(arguments: [(", shift: 2, bank: 3, head: 5", 2), (", contrast: 0", 1)])
    func samplesAreShownInViews(options: String, views: Int) throws {
        let configuration = try configuration([Self.cmi(options)])
        #expect(configuration.graph.views(by: "g") == views)
        let assembly = try Assembler(configuration).assembly(of: "g", as: .member(stage: 1))
        #expect(assembly.model.initialBuffers.bank?.batchShape == [16 / views, 1, 8, 8])
        #expect(assembly.guides.count == 1 + views)
        let projection = assembly.groups.dropFirst()
        #expect(projection.count == views - 1)
        for group in projection {
            #expect(group.buffers.bank?.batchShape[0] == 16 && group.buffers.bank?.capacity == 3)
            #expect(group.slots.last?.shape == [5])
            #expect(group.training?.optimizer.rate == 0.001)
        }
    }

    @Test(arguments: [
        ([cmi(", contrast: 0, shift: 1")], "shift has no effect where contrast is 0"),
        (
            [cmi(", contrast: 0, classes: 0, competition: 0")],
            "contrast is 0, and so are the others"
        ),
        ([cmi(", shift: 8")], "shift is 8, and the samples are 1×8×8; take less than a side"),
        ([cmi(""), "training.batch=15"], "a batch of 15 cannot be halved"),
        ([cmi(", features: layer9")], "has no tap 'layer9'"),
        (["teaching.0.data-free.method=cmi"], "write `batch-norm: 0` at the method"),
    ])
    func impossibleViewsAreRefused(overrides: [String], message: String) {
        let error = #expect(throws: SettingError.self) {
            try Assembler(configuration(overrides)).assembly(of: "g", as: .member(stage: 1))
        }
        #expect(error?.description.contains(message) == true, "\(String(describing: error))")
    }

    /// What a generator of ZSKT compares can be chosen.
    @Test(arguments: [
        ("zskt", ["form": "kl"], 1), ("{kind: zskt, form: js}", ["form": "js"], 1),
        (
            "{kind: zskt, form: agreeing, temperature: 2}",
            ["form": "agreeing", "temperature": "2"], 1
        ),
    ])
    func theDistanceIsChosen(method: String, options: [String: String], guides: Int) throws {
        let found = try configuration(["teaching.0.data-free.method=\(method)"])
            .graph.groups(into: "g")
        #expect(found.count == guides)
        for (key, value) in options {
            let written = try #require(found[0].edge.loss.options[key])
            #expect("\(written.value)".contains("\"\(value)"))
        }
    }

    @Test func aDistanceOfLogitsIsNotOfProbabilities() throws {
        let error = #expect(throws: SettingError.self) {
            try configuration(["teaching.0.data-free.method={kind: zskt, form: l1}"])
        }
        #expect(error?.description.contains("form") == true)
    }
}

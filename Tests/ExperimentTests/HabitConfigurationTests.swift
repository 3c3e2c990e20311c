import Datasets
import Experiment
import Options
import Testing
import Training

/// Habits of training, from the configuration to the learner.
@Suite(.timeLimit(.minutes(1))) struct HabitConfigurationTests {
    private func text(
        _ training: String, data: String = "{set: digits}", a: String = "", b: String = ""
    ) -> String {
        """
        data: \(data)
        training: {steps: 10, batch: 20\(training)}
        learners:
          a: {model: mlp\(a)}
          b: {model: mlp\(b)}
        teaching: [{mutual: [a, b]}]
        """
    }

    private func read(_ text: String) throws(SettingError) -> ExperimentConfiguration {
        try ExperimentConfiguration(text: text, file: "f", name: "f", registries: .all)
    }

    private func mistakes(_ text: String) -> [String] {
        do throws(SettingError) {
            _ = try read(text)
            return []
        } catch { return error.problems.map(\.description) }
    }

    private static let all =
        ", accumulate: 2, class-weights: {3: 2.5}, best: loss, patience: 9, average: 0.99, mixup: 1"

    @Test func whatIsWrittenComesBackAndReachesTheLearner() throws {
        let own = ", training: {best: null, patience: null, class-weights: balanced}"
        let read = try read(text(Self.all, b: own))
        let again = try self.read(read.resolvedYAML())
        #expect(again.learners.map(\.training) == read.learners.map(\.training))
        let assembler = try Assembler(again)
        let (a, b) = (
            try assembler.assembly(of: "a", as: .member(stage: 1)),
            try assembler.assembly(of: "b", as: .alone)
        )
        #expect(a.training.habits.accumulate == 2 && a.training.habits.best == .loss)
        #expect(a.training.classWeights == [1, 1, 1, 2.5, 1, 1, 1, 1, 1, 1])
        #expect(a.initialState.versions.count == 2)
        #expect(b.training.habits.best == nil && b.initialState.versions.count == 1)
        let weights = try #require(b.training.classWeights)
        #expect(weights.allSatisfy { 0.9...1.1 ~= $0 } && Set(weights).count > 1)
    }

    @Test func withoutHabitsNothingIsWritten() throws {
        let yaml = try read(text("")).resolvedYAML()
        for key in TrainingHabits.keys { #expect(!yaml.contains("\(key):"), "\(key)") }
    }

    @Test func whatCannotBeUsedIsRefused() {
        let tasks = "{set: digits, tasks: 2}"
        let cases: [(String, String)] = [
            (text(", accumulate: 0"), "f:2: training: accumulate"),
            (text(", class-weights: even"), "f:2: training: class-weights is balanced, a list"),
            (text(", class-weights: {3: 0}"), "training: class-weights: 3"),
            (text(", class-weights: [1, x]"), "training: class-weights"),
            (text(", best: f1"), "f:2: training: best is accuracy or loss"),
            (text(", average: 2"), "f:2: training: average"),
            (text(", patience: 2"), "patience needs `best: accuracy`"),
            (text(", mixup: 9"), "f:2: training: mixup"),
            (text(", mixup: 1, cutmix: 1"), "cutmix and mixup exclude each other"),
            (text(", cutmix: 1", data: tasks), "f:2: training: cutmix: samples of different tasks"),
            (
                text("", a: ", training: {mixup: 0.2}"),
                "learner 'a': training: mixup is the whole cohort's"
            ),
            (text(", mixup: 1", a: ", external: true"), "training.mixup is computed by"),
            (
                text("", data: "{set: digits, augmentation: {cutout: 3}}", a: ", external: true"),
                "data.augmentation.cutout is computed by"
            ),
            (text(", best: loss, evaluate: 0"), "best has no effect with `evaluate: 0`"),
            (text(", best: loss", data: tasks), "best compares evaluations"),
            (text(", class-weights: balanced", data: tasks), "class-weights weigh outputs"),
            (
                text("", a: ", external: true, training: {average: 0.9}"),
                "another program trains it"
            ),
        ]
        for (text, expected) in cases {
            let found = mistakes(text)
            #expect(found.contains { $0.contains(expected) }, "\(expected): \(found)")
        }
    }

    @Test func whatHasNoEffectIsNamed() throws {
        let idle = try read(
            text(", class-weights: balanced, smoothing: 0.1", a: ", task: 0")
        ).idleSettings
        #expect(
            idle.contains(
                "training.smoothing and training.class-weights of 'a': its task has weight 0"))
    }

    /// Of an edge that looks at labels, and one that finds samples again by their numbers.
    @Test(arguments: ["loss: dkd", "gate: correct", "missing: bank"])
    func mixedSamplesHaveNoLabelOrNumber(option: String) {
        let text = text(", mixup: 0.2")
            .replacing("mutual: [a, b]", with: "mutual: {among: [a, b], \(option)}")
        let found = mistakes(text)
        #expect(found.contains { $0.contains("samples are mixed of two (`training.mixup`)") })
    }

    @Test func allLearnersSeeTheSameMixedSamples() throws {
        let assembler = try Assembler(
            try read(text(", mixup: 1", data: "{set: digits, augmentation: {cutout: 3}}")))
        var (a, b) = (
            try assembler.assembly(of: "a", as: .member(stage: 1)).data.own,
            try assembler.assembly(of: "b", as: .member(stage: 1)).data.own
        )
        let (one, other) = (try a.batch(at: 2), try b.batch(at: 2))
        #expect(one.images.values == other.images.values && one.digest == other.digest)
        #expect(one.mixed?.labels == other.mixed?.labels && one.mixed != nil)
    }

    @Test func weightsThatFitNoClassAreRefused() throws {
        let assembler = try Assembler(try read(text(", class-weights: [1, 2]")))
        let failure = #expect(throws: SettingError.self) {
            try assembler.assembly(of: "a", as: .member(stage: 1))
        }
        #expect(
            failure?.message.hasPrefix("learner 'a': training.class-weights lists 2 weights")
                == true
        )
    }

    @Test func choosingByTheTestSamplesIsRemarkedOn() throws {
        func remarks(_ data: String) throws -> [String] {
            let assembler = try Assembler(try read(text(", best: accuracy", data: data)))
            try assembler.checkAll()
            return assembler.remarks.lines
        }
        let remark = "training.best: without data.validation"
        #expect(try remarks("{set: digits}").contains { $0.hasPrefix(remark) })
        #expect(try !remarks("{set: digits, validation: 0.1}").contains { $0.hasPrefix(remark) })
    }
}

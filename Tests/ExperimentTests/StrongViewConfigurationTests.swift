import Datasets
import Experiment
import Options
import Testing

/// The strong view, from the configuration to the learners.
@Suite(.timeLimit(.minutes(1))) struct StrongViewConfigurationTests {
    private func text(
        data: String = "{set: digits, augmentation: {strong: true}}",
        s: String = "model: mlp, strong-task: 0.1, task: 0.1", t: String = "model: mlp",
        edge: String = "teach: {from: t, to: s, loss: mlkd, augmentation: strong}"
    ) -> String {
        """
        data: \(data)
        training: {steps: 10, batch: 20}
        learners:
          t: {\(t)}
          s: {\(s)}
        teaching:
          - \(edge)
        exchange: {transport: tcp}
        """
    }

    private func mistakes(_ text: String) -> [String] {
        do throws(SettingError) {
            _ = try ExperimentConfiguration(text: text, file: "f", name: "f", registries: .all)
            return []
        } catch { return error.problems.map(\.description) }
    }

    @Test func aTeacherPublishesTheViewsThatAreAskedFor() throws {
        let both = """
            teach: {from: t, to: s, loss: mlkd}
              - teach: {from: t, to: s, loss: mlkd, augmentation: strong}
            """
        let assembler = try Assembler(
            try ExperimentConfiguration(
                text: text(edge: both), file: "f", name: "f", registries: .all))
        let teacher = try assembler.assembly(of: "t", as: .member(stage: 1))
        #expect(teacher.offers.map(\.name) == ["logits", "logits~strong"])
        let student = try assembler.assembly(of: "s", as: .member(stage: 1))
        #expect(student.terms.map(\.name) == ["mlkd<t", "mlkd<t~strong"])
        #expect(student.training.strongTaskWeight == 0.1)
        #expect(try assembler.assembly(of: "s", as: .alone).training.strongTaskWeight == 0)
        var (own, others) = (student.data.own, teacher.data.own)
        let (one, other) = (try own.batch(at: 3), try others.batch(at: 3))
        let (draw, drawAlike) = (try #require(one.strong), try #require(other.strong))
        let strong = draw.images
        #expect(strong.values == drawAlike.images.values)
        #expect(strong.values != one.images.values)
    }

    @Test func aCheckShowsIt() throws {
        let assembler = try Assembler(
            try ExperimentConfiguration(text: text(), file: "f", name: "f", registries: .all))
        let report = assembler.configuration.checkReport(try assembler.facts())
        #expect(report.contains("0.1·cross-entropy + 0.1·cross-entropy of the strong view"))
        #expect(report.contains("of strongly augmented images"))
    }

    @Test func theViewsOfBothSidesMayDiffer() {
        let own = "mean-teacher: {of: s, augmentation: {to: strong}}"
        #expect(mistakes(text(edge: own)).isEmpty)
        let alone = "edge: {from: s, to: s, loss: kd, augmentation: {from: weak, to: strong}}"
        #expect(mistakes(text(edge: alone)).isEmpty)
    }

    @Test func whatCannotBeIsRefused() {
        let plain = "{set: digits}"
        let cases: [(String, String)] = [
            (text(data: plain, s: "model: mlp"), "needs a strong view of the samples"),
            (text(data: plain, edge: "teach: {from: t, to: s}"), "strong-task needs a strong"),
            (
                text(s: "model: mlp", edge: "teach: {from: t, to: s}"),
                "augmentation.strong has no effect"
            ),
            (text(t: "external: true"), "'t' is external"),
            (
                text(edge: "teach: {from: t, to: s, augmentation: stronk}"),
                "augmentation is weak, strong"
            ),
            (text(edge: "ps-kd: {of: s, augmentation: strong}"), "has a view of its own"),
            (
                text(data: "{set: digits, augmentation: {strong: {of: [rotat]}}}"),
                "names 'rotat'"
            ),
            (
                text(t: "model: mlp, role: teacher, weights: w, strong-task: 1"),
                "strong-task has no effect"
            ),
        ]
        for (text, message) in cases {
            let found = mistakes(text)
            #expect(found.contains { $0.contains(message) }, "\(message): \(found)")
        }
    }
}

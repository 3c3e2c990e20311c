import Experiment
import Options
import Testing

/// `training.gradients`, where it has an effect and where it has none.
@Suite(.timeLimit(.minutes(1))) struct GradientSettingTests {
    private func configuration(
        teaching: String, _ overrides: String...
    ) throws(SettingError) -> ExperimentConfiguration {
        let text = """
            data: {set: digits, labels: 60}
            training: {steps: 6, batch: 8, gradients: 3}
            learners:
              a: {model: mlp}
              b: {model: mlp}
            teaching: \(teaching)
            """
        return try ExperimentConfiguration(
            text: text, file: "f", name: "f", overrides: overrides, registries: .all)
    }

    @Test func thoseThatAreTaughtCompare() throws {
        let read = try configuration(
            teaching: "[{mutual: [a, b]}]", "learners.b.training.gradients=2")
        let assembler = try Assembler(read)
        let found = try ["a", "b"].map {
            try assembler.assembly(of: $0, as: .member(stage: 1)).training.gradients
        }
        #expect(found == [3, 2])
        let resolved = try read.resolvedYAML()
        let again = try ExperimentConfiguration(
            text: resolved, file: "f", name: "f", overrides: [], registries: .all)
        #expect(again == read)
        let none = try configuration(
            teaching: "[{mutual: [a, b]}]", "learners.b.training.gradients=null")
        #expect(none["a"]?.training.gradients == 3 && none["b"]?.training.gradients == nil)
        let noneAgain = try ExperimentConfiguration(
            text: none.resolvedYAML(), file: "f", name: "f", overrides: [], registries: .all)
        #expect(noneAgain == none)
    }

    @Test func whereNobodyIsTaughtItIsRefused() {
        let error = #expect(throws: SettingError.self) { try configuration(teaching: "[]") }
        #expect(
            error?.description.hasPrefix(
                "f:2: training: gradients has no effect: nobody learns by this program from a"
                    + " teacher") == true, "\(error as Any)")
    }
}

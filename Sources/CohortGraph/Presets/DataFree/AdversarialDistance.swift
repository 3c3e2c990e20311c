import Options

/// *Data-Free Adversarial Distillation* (DFAD, Fang et al. 2019): as ZSKT by the mean absolute
/// difference of logits; before each step of the generator the students learn for five steps, each
/// on fresh samples.
///
///     method: {kind: dfad, student-steps: 5}
package struct AdversarialDistance: DataFreeMethod, Configurable {
    package static let name = "dfad"
    package static let summary = "samples on which logits differ (Fang et al. 2019)"

    package let studentLoss = "mae"
    package let guides: [Guide]
    package let studentTurn: WeightSchedule.Turn?
    package let generatorTurn: WeightSchedule.Turn?

    package init(options: inout OptionReader) throws(SettingError) {
        let steps = options.value(
            "student-steps", default: 5, in: 1...1000, help: "before each of the generator's")
        guides = [Guide(disagreementAs: "l1")]
        studentTurn = WeightSchedule.Turn(0..<steps, of: steps + 1)
        generatorTurn = WeightSchedule.Turn(steps..<steps + 1, of: steps + 1)
    }
}

import Options

/// *Zero-shot Knowledge Transfer via Adversarial Belief Matching* (ZSKT, Micaelli and Storkey
/// 2019): a generator makes samples on which students differ from the teacher by KL(t‖s); after
/// each of its steps the students learn for ten steps on samples of the same random numbers.
///
/// `form` may be another distance of probabilities: `js` (*Dreaming to Distill*, Yin et al. 2020)
/// or `agreeing` (*Contrastive Model Inversion*, Fang et al. 2021), see the generator loss
/// `disagreement`.
///
///     method: {kind: zskt, student-steps: 10, form: kl, temperature: 1}
package struct AdversarialBelief: DataFreeMethod, Configurable {
    package static let name = "zskt"
    package static let summary =
        "samples on which students and teacher differ (Micaelli and Storkey 2019)"

    /// A distance of probabilities.
    private enum Form: String, CaseIterable, Sendable { case kl, js, agreeing }

    package let studentLoss = "kd"
    package let guides: [Guide]
    package let studentTurn: WeightSchedule.Turn?
    package let generatorTurn: WeightSchedule.Turn?

    package init(options: inout OptionReader) throws(SettingError) {
        let steps = options.value(
            "student-steps", default: 10, in: 1...1000, help: "after each of the generator's")
        let form: Form = options.choice(
            "form", default: .kl,
            help: "how students and teacher are compared, see the generator loss disagreement")
        let temperature = options.optional(
            "temperature", Float.self, in: 0.01...1000,
            help: "divides the logits that are compared; 1, and 3 for js, by default")
        guides = [Guide(disagreementAs: form.rawValue, at: temperature)]
        generatorTurn = WeightSchedule.Turn(0..<1, of: steps + 1, repeatsSamples: true)
        studentTurn = WeightSchedule.Turn(1..<steps + 1, of: steps + 1, repeatsSamples: true)
    }
}

extension Guide {
    /// The teacher's distance from its students, which the generator is to enlarge.
    ///
    /// - Parameter temperature: of the generator loss's own by default.
    init(disagreementAs form: String, at temperature: Float? = nil) {
        self.init(
            loss: "disagreement",
            options: .map([
                "form": .scalar(form), "temperature": temperature.map { .scalar($0) },
            ]), weight: 1, sees: .teacherAndStudents)
    }
}

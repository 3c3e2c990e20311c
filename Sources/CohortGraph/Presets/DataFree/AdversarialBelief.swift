import Options

/// *Zero-shot Knowledge Transfer via Adversarial Belief Matching* (ZSKT, Micaelli and Storkey
/// 2019): a generator makes samples on which students differ from the teacher by KL(t‖s); after
/// each of its steps the students learn for ten steps on samples of the same random numbers.
///
///     method: {kind: zskt, student-steps: 10}
package struct AdversarialBelief: DataFreeMethod, Configurable {
    package static let name = "zskt"
    package static let summary =
        "samples on which students and teacher differ (Micaelli and Storkey 2019)"

    package let studentLoss = "kd"
    package let guides: [Guide]
    package let studentTurn: WeightSchedule.Turn?
    package let generatorTurn: WeightSchedule.Turn?

    package init(options: inout OptionReader) throws(SettingError) {
        let steps = options.value(
            "student-steps", default: 10, in: 1...1000, help: "after each of the generator's")
        guides = [Guide(disagreementAs: "kl")]
        generatorTurn = WeightSchedule.Turn(0..<1, of: steps + 1, repeatsSamples: true)
        studentTurn = WeightSchedule.Turn(1..<steps + 1, of: steps + 1, repeatsSamples: true)
    }
}

extension Guide {
    /// The teacher's distance from its students, which the generator is to enlarge.
    init(disagreementAs form: String) {
        self.init(
            loss: "disagreement",
            options: .map(["form": .scalar(form)]), weight: 1,
            sees: .teacherAndStudents)
    }
}

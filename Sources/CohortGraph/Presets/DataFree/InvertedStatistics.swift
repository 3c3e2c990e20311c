import Options

/// *Dreaming to Distill* (DeepInversion, Yin et al. 2020): a batch of images is optimised until the
/// teacher sees in it the statistics of the data that it learned from, and the assigned classes;
/// with `competition` also what students do not know yet (adaptive DeepInversion). It joins a bank,
/// on which students then learn, and the next batch begins.
///
///     method: {kind: deep-inversion, iterations: 2000, student-steps: 500, bank: 40}
///
/// Norms of the prior are of the whole batch: its weight belongs to a batch size.
package struct InvertedStatistics: DataFreeMethod, Configurable {
    package static let name = "deep-inversion"
    package static let summary =
        "images with the statistics of the teacher's data (Yin et al. 2020)"

    package let studentLoss = "kd"
    package let guides: [Guide]
    package let studentTurn: WeightSchedule.Turn?
    package let generatorTurn: WeightSchedule.Turn?

    package init(options: inout OptionReader) throws(SettingError) {
        let turns = BankedTurns(&options, iterations: 2000, studentSteps: 500)
        (generatorTurn, studentTurn) = (turns.generator, turns.students)
        guides = try Self.guides(&options)
    }

    private static func guides(_ options: inout OptionReader) throws(SettingError) -> [Guide] {
        let classes = options.guideWeight("classes", default: 1, help: "of the assigned classes")
        let statistics = options.guideWeight(
            "batch-norm", default: 10, help: "of the distance from the teacher's running moments")
        let first = try options.reading(
            refusedBecause: statistics == 0 ? "where batch-norm is 0; leave it out" : nil
        ) { (options) throws(SettingError) in
            options.value(
                "first-layer", default: 1, in: 0...1e6, help: "factor of its first layer's part")
        }
        let competition = options.guideWeight(
            "competition", default: 0, help: "of where students disagree with the teacher")
        let priors = [
            Guide(prior: "tv", default: 2.5e-5, "of the differences between pixels", &options),
            Guide(prior: "l2", default: 0, "of the norm of a batch", &options),
            Guide(prior: "image-l2", default: 0, "of the mean norm of an image", &options),
        ]
        let guides = [
            Guide(loss: "assigned", weight: classes),
            Guide(
                loss: "moments", options: .map(["first-layer": .scalar("\(first)")]),
                weight: statistics),
            Guide(
                loss: "disagreement", options: .map(["form": .scalar("js")]), weight: competition,
                sees: .teacherAndStudents),
        ].filter { $0.weight > 0 }
        guard !guides.isEmpty else {
            throw options.failure(
                "batch-norm",
                "is 0, and so are classes and competition: no teacher would guide the images")
        }
        return guides + priors.filter { $0.weight > 0 }
    }
}

extension Guide {
    /// What images are to look like by themselves; its key is its form.
    fileprivate init(
        prior form: String, default usual: Double, _ help: String, _ options: inout OptionReader
    ) {
        self.init(
            loss: "prior", options: .map(["form": .scalar(form)]),
            weight: options.guideWeight(form, default: usual, help: help), sees: .samples)
    }
}

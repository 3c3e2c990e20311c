import Options

/// *Contrastive Model Inversion for Data-Free Knowledge Distillation* (CMI, Fang et al. 2021): a
/// generator is begun anew for each batch, which it makes as ``InvertedStatistics`` makes images,
/// and so that the teacher tells each sample from all others: two views of one sample are to be
/// alike in the teacher's features, and those of different samples are not.
///
///     method: {kind: cmi, iterations: 200, student-steps: 400, bank: 40, contrast: 0.8}
///
/// A batch holds half as many samples while they are made, each in two views; see the generator
/// loss `view-contrast`.
package struct ContrastiveInversion: DataFreeMethod, Configurable {
    package static let name = "cmi"
    package static let summary =
        "samples that the teacher tells from one another (Fang et al. 2021)"

    package let studentLoss = "kd"
    package let guides: [Guide]
    package let studentTurn: WeightSchedule.Turn?
    package let generatorTurn: WeightSchedule.Turn?

    package init(options: inout OptionReader) throws(SettingError) {
        let turns = BankedTurns(&options, iterations: 200, studentSteps: 400)
        (generatorTurn, studentTurn) = (turns.generator, turns.students)
        guides = try Self.guides(&options, bank: turns.bank)
    }

    private static func guides(
        _ options: inout OptionReader, bank: Int
    ) throws(SettingError) -> [Guide] {
        let classes = options.guideWeight("classes", default: 1, help: "of the assigned classes")
        let statistics = options.guideWeight(
            "batch-norm", default: 1, help: "of the distance from the teacher's running moments")
        let competition = options.guideWeight(
            "competition", default: 0.5,
            help: "of where students disagree with the teacher, and choose the same class")
        let contrast = try contrast(&options, bank: bank)
        let isSeenInViews = contrast.weight > 0
        let guides = [
            Guide(loss: "assigned", weight: classes),
            Guide(
                loss: "moments",
                options: .map(["samples": .scalar(isSeenInViews ? "global" : "all")]),
                weight: statistics),
            Guide(
                loss: "disagreement", options: .map(["form": .scalar("agreeing")]),
                weight: competition, sees: .teacherAndStudents),
            contrast,
        ].filter { $0.weight > 0 }
        guard !guides.isEmpty else {
            throw options.failure(
                "contrast", "is 0, and so are the others: nothing would guide the generator")
        }
        return guides
    }

    private static func contrast(
        _ options: inout OptionReader, bank: Int
    ) throws(SettingError) -> Guide {
        let weight = options.guideWeight(
            "contrast", default: 0.8, help: "of how well samples are told from one another")
        return try options.reading(
            refusedBecause: weight == 0 ? "where contrast is 0; leave it out" : nil
        ) { (options) throws(SettingError) in
            let tap = options.value(
                "features", default: Taps.usual, help: "the place in the teacher's model of these")
            return Guide(
                loss: "view-contrast", options: views(&options, bank: bank), weight: weight,
                tap: tap)
        }
    }

    /// The options of the loss `view-contrast`.
    private static func views(_ options: inout OptionReader, bank: Int) -> Setting {
        let temperature = options.value(
            "temperature", default: 0.1 as Float, in: 0.001...1000,
            help: "divides the likeness of two views")
        let negatives = options.value(
            "negatives", default: 4096, in: 0...1_000_000,
            help: "samples of earlier batches to be told from")
        let width = options.value(
            "head", default: 256, in: 1...65536, help: "width of the learned projection")
        let rate = options.value(
            "head-rate", default: 0.001 as Float, in: 0...1000,
            help: "learning rate of the projection")
        let shift = options.value(
            "shift", default: 4, in: 0...1024, help: "most pixels by which global views are moved")
        let part = options.value(
            "local", default: 0.25 as Float, in: 0.001...1,
            help: "the smallest share of a sample that a local view shows")
        let flips = options.flag("flip", default: false, help: "mirror views at random")
        return .map([
            "temperature": .scalar(temperature), "negatives": .scalar(negatives),
            "bank": .scalar(bank), "head": .scalar(width), "shift": .scalar(shift),
            "local": .scalar(part), "flip": .scalar(flips),
            "optimizer": .map([
                "kind": .scalar("adamw"), "rate": .scalar(rate), "decay": .scalar(0),
            ]),
        ])
    }
}

import Reporting

/// A comparison as JSON.
struct ComparisonDocument: Encodable {
    struct Values: Encodable {
        var seeds: [UInt64]
        var values: [Double]
        var mean: Double
        var standardDeviation: Double?

        init(_ sample: SeedSample) {
            seeds = sample.seeds
            values = sample.values
            mean = sample.mean
            standardDeviation = sample.values.count > 1 ? sample.standardDeviation : nil
        }

        enum CodingKeys: String, CodingKey {
            case seeds, values, mean
            case standardDeviation = "standard_deviation"
        }
    }

    struct Learner: Encodable {
        var learner: String
        var model: String
        var alone: Values?
        var taught: Values?
    }

    struct Group: Encodable {
        var title: String
        var settings: [String]
        var learners: [Learner]
    }

    struct Found: Encodable {
        var kind: Difference.Kind
        var learner: String
        var comparison: String
        var group: String
        var difference: Values
        var low: Double?
        var high: Double?
        var p: Double?
        var correctedP: Double?
        var verdict: Difference.Verdict

        init(_ found: Difference) {
            kind = found.kind
            learner = found.subject
            comparison = found.comparison
            group = found.group
            difference = Values(found.sample)
            low = found.interval?.range.lowerBound
            high = found.interval?.range.upperBound
            p = found.interval?.p
            correctedP = found.correctedP
            verdict = found.verdict
        }

        enum CodingKeys: String, CodingKey {
            case kind, learner, comparison, group, difference, low, high, p, verdict
            case correctedP = "corrected_p"
        }
    }

    struct Figure: Encodable {
        var figure: String
        var title: String
        var unit: EndFigure.Unit
        var better: EndFigure.Aim
        var groups: [Group]
        var differences: [Found]
    }

    let confidence = MeanInterval.confidence
    let interval = "Student's t"
    let correction = "Holm 1979"
    let figures: [Figure]

    init(_ comparison: RunComparison) {
        figures = comparison.figures.map { compared in
            Figure(
                figure: compared.figure.name, title: compared.figure.title,
                unit: compared.figure.figure.unit, better: compared.figure.figure.aim,
                groups: compared.tables.map { table in
                    Group(
                        title: table.title, settings: table.settings,
                        learners: table.rows.map {
                            Learner(
                                learner: $0.learner, model: $0.model,
                                alone: $0.alone.map(Values.init),
                                taught: $0.taught.map(Values.init))
                        })
                }, differences: compared.differences.map(Found.init))
        }
    }

    var json: String { JSONText.of(self) }
}

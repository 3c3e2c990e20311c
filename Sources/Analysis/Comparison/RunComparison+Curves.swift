import Charts
import Reporting

extension RunComparison {
    /// The test accuracy by step in the mean over seeds, within a band of one standard deviation:
    /// of one group each learner taught and alone, of several the mean over learners of each.
    public var curves: any Chart {
        let series =
            groups.count == 1
            ? groups.flatMap(Self.learners)
            : groups.enumerated().flatMap { number, group in Self.means(of: group, number) }
        return LineChart(
            "Test accuracy, mean ± standard deviation over seeds", x: Axis("step"),
            y: Axis("test accuracy", labels: .percent), series: series.filter { !$0.points.isEmpty }
        )
    }

    /// A learner's curve taught, and by dashes of the same colour alone.
    private static func learners(of group: Group) -> [Series] {
        let names = Set(group.runs.flatMap(\.taught.keys)).sorted()
        return names.enumerated().flatMap { number, name in
            [
                series(
                    name, AlignedCurve(group.runs.map { $0.taught.filter { $0.key == name } }),
                    Stroke(colour: number, dash: 0)),
                series(
                    "\(name) alone",
                    AlignedCurve(group.runs.map { $0.alone.filter { $0.key == name } }),
                    Stroke(colour: number, dash: 6)),
            ]
        }
    }

    /// The mean taught is over the learners that were trained alone too, where any was, so that the
    /// two curves are of the same learners.
    private static func means(of group: Group, _ number: Int) -> [Series] {
        let compared = Set(group.runs.flatMap(\.alone.keys))
        let taught = group.runs.map { run in
            run.taught.filter { compared.isEmpty || compared.contains($0.key) }
        }
        return [
            series(group.title, AlignedCurve(taught), Stroke(colour: number, dash: 0)),
            series(
                "\(group.title), alone", AlignedCurve(group.runs.map(\.alone)),
                Stroke(colour: number, dash: 6)),
        ]
    }

    private static func series(_ name: String, _ curve: AlignedCurve, _ stroke: Stroke) -> Series {
        Series(
            name, curve.points.map { Point(Double($0.step), $0.sample.mean) },
            band: curve.points.map { point in
                let (mean, spread) = (point.sample.mean, point.sample.standardDeviation)
                return mean - spread...mean + spread
            }, stroke: stroke)
    }
}

/// The test accuracies of several runs at the steps at which all of them were tested.
private struct AlignedCurve {
    let points: [(step: Int, sample: SeedSample)]

    /// - Parameter runs: of each run the learners whose mean counts.
    init(_ runs: [[String: LearnerOutcome]]) {
        let curves = runs.map { $0.mapValues(\.accuracies) }
        let tested = curves.flatMap(\.values).filter { !$0.isEmpty }.map { Set($0.keys) }
        let steps = tested.dropFirst().reduce(tested.first ?? []) { $0.intersection($1) }
        points = steps.sorted().compactMap { step in
            SeedSample(
                curves.enumerated().compactMap { number, learners in
                    let found = learners.compactMapValues { $0[step] }
                    return found.isEmpty
                        ? nil : (UInt64(number), found.sum / Double(found.count))
                }
            ).map { (step, $0) }
        }
    }
}

extension LearnerOutcome {
    /// The test accuracies by step.
    fileprivate var accuracies: [Int: Double] {
        Dictionary(epochs.map { ($0.step, $0.testAccuracy) }, uniquingKeysWith: { $1 })
    }
}

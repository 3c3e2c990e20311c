import Reporting

/// A figure that runs report, and how it is written.
public struct FigureValues: Sendable {
    /// `exit_accuracies.exit1`.
    public let name: String
    /// What it is one of.
    public let figure: EndFigure

    /// In words, with the unit.
    public var title: String {
        name == figure.name
            ? figure.title : "\(figure.title) (\(name.dropFirst(figure.name.count + 1)))"
    }

    /// The figures that some learner of some run has, in the order of ``EndFigures``.
    static func reported(in groups: [RunComparison.Group]) -> [FigureValues] {
        let outcomes = groups.flatMap(\.runs).flatMap {
            Array($0.taught.values) + Array($0.alone.values)
        }
        return EndFigures.all.flatMap { figure in
            Set(outcomes.flatMap { figure.values(of: $0).keys }).sorted()
                .map { FigureValues(name: $0, figure: figure) }
        }
    }

    /// A learner's value with each seed; nil where no run has one.
    ///
    /// - Parameter outcomes: the learners of a run, by their names: those taught, or those alone.
    func sample(
        of learner: String, in runs: [RunOutcome],
        _ outcomes: (RunOutcome) -> [String: LearnerOutcome]
    ) -> SeedSample? {
        SeedSample(
            runs.compactMap { run in
                outcomes(run)[learner].flatMap { figure.values(of: $0)[name] }
                    .map { (run.seed, $0) }
            })
    }

    /// `91.25%`, or the number.
    func text(_ value: Double) -> String {
        figure.unit == .share ? Text.percent(value) : Text.number(value)
    }

    /// A difference: in percentage points, or as it is.
    func scaled(_ difference: Double) -> Double {
        figure.unit == .share ? difference * 100 : difference
    }

    /// `+1.25`.
    func signed(_ difference: Double) -> String {
        let value = scaled(difference)
        return figure.unit == .share
            ? Text.signed(value) : (value < 0 ? "-" : "+") + Text.number(abs(value))
    }

    /// `points`, or nothing.
    var differenceUnit: String { figure.unit == .share ? "points" : "" }
}

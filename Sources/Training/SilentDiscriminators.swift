import Distillation
import Reporting

/// Finds discriminators that leave their student nothing to learn: those that tell both sides apart
/// throughout the second half of its training.
struct SilentDiscriminators {
    /// The accuracy from which a discriminator counts as always right.
    private static let certain = 0.995

    /// The steps of the learner's training.
    let steps: Int
    /// The lowest accuracy of an interval in the second half, by term.
    private var lowest: [String: Double] = [:]

    init(steps: Int) { self.steps = steps }

    mutating func note(_ report: IntervalReport) {
        guard 2 * (report.step - report.steps) >= steps else { return }
        for (name, term) in report.terms {
            guard let accuracy = term.figures?[AdversarialFigure.accuracy] else { continue }
            lowest[name] = min(accuracy, lowest[name] ?? 1)
        }
    }

    /// What is said of them at the end of the training.
    var notices: [Notice] {
        lowest.filter { $0.value >= Self.certain }.keys.sorted().map { name in
            Notice(
                "'\(name)': its discriminator told both sides apart throughout the second half of"
                    + " the training, and so taught nothing; give its optimizer a smaller rate, or"
                    + " the edge a smaller part of the loss", level: .warning, step: steps)
        }
    }
}

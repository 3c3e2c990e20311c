import CohortGraph

extension ExperimentConfiguration {
    /// What the loss of a learner is made of, in one line:
    /// `1·cross-entropy + 0.5·mean of KL(b‖a), KL(c‖a) at T = 1`.
    public func lossFormula(of learner: LearnerOptions) -> String {
        guard learner.learns else { return "none, as a teacher never learns" }
        var task = "\(number(learner.task))·cross-entropy"
        if learner.training.smoothing > 0 {
            task += " (labels smoothed by \(number(learner.training.smoothing)))"
        }
        let terms = graph.groups.filter { $0.to == learner.name }.map(\.formula)
        let place = data.hasPool && !terms.isEmpty ? ", taught on the common pool" : ""
        return ([task] + terms).joined(separator: " + ") + place
    }
}

extension EdgeGroup {
    fileprivate var formula: String {
        let scale = temperature == 1 ? "" : ", times \(number(temperature))²"
        return "\(number(weight))·\(combined) at T = \(number(temperature))\(scale)"
    }

    private var combined: String {
        guard from.count > 1 else { return term(from[0]) }
        return switch combination {
        case .pairwise: "mean of " + from.map(term).joined(separator: ", ")
        case .probabilities: term("mean of " + from.joined(separator: ", "))
        }
    }

    /// Mutual learning's losses are divergences; another goes by its name.
    private func term(_ teacher: String) -> String {
        let isDivergence = ["dml", "dml_e"].contains(loss)
        return "\(isDivergence ? "KL" : loss)(\(teacher)‖\(to))"
    }
}

/// A number without a fraction that is zero.
func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
}

import CohortGraph

extension ExperimentConfiguration {
    /// What the loss of a learner is made of, in one line:
    /// `1·cross-entropy + 0.5·mean of KL(b‖a), KL(c‖a) at T = 1`.
    public func lossFormula(of learner: LearnerOptions) -> String {
        guard learner.source == nil else { return "none, as a recording never learns" }
        guard learner.learns else { return "none, as a teacher never learns" }
        var task = "\(number(learner.task))·cross-entropy"
        if learner.strongTask > 0 {
            task += " + \(number(learner.strongTask))·cross-entropy of the strong view"
        }
        if learner.training.smoothing > 0 {
            task += " (labels smoothed by \(number(learner.training.smoothing)))"
        }
        if let mixing = learner.training.habits.mixing {
            task += " (of samples mixed by \(mixing.form.rawValue))"
        }
        if learner.training.habits.classWeights != nil { task += " (weighted by classes)" }
        if learner.taskGate == .linear { task += " (growing linearly to the last step)" }
        let own = learner.isLabelled ? [task] : []
        let terms = graph.groups(into: learner.name).map(\.formula)
        let place = data.hasPool && !terms.isEmpty ? ", taught on the common pool" : ""
        return (own + terms).joined(separator: " + ") + place
    }
}

extension EdgeGroup {
    fileprivate var formula: String {
        let divided = "at T = \(number(edge.temperature))"
        let scale =
            edge.temperature == 1 || edge.lossTraits.contains(.isUnscaled)
            ? divided : divided + ", times \(number(edge.temperature))²"
        let what = edge.comparesLogits ? "\(combined) \(scale)" : combined
        return "\(number(edge.weight))·\(what)" + (conditions.isEmpty ? "" : " (\(conditions))")
    }

    /// When the term counts, where that is not always.
    private var conditions: String {
        let drawn: String? =
            switch draw {
            case .all: nil
            case .one: "one of them at random at each step"
            case .allButOne: "without one of them at random at each step"
            }
        let gated: String? =
            switch edge.gate {
            case .through: nil
            case .linear: "growing linearly to the last step"
            case .correct: "where who teaches is right"
            case .better: "while who teaches is better"
            case .cutoff: "cut off"
            case .met: "where who teaches has met the task"
            }
        let timed = edge.schedule == WeightSchedule() ? nil : edge.schedule.summary
        let ordered = isSequential ? "one after another" : nil
        return [drawn, gated, timed, ordered, edge.version.words, seen, aged].compactMap(\.self)
            .joined(separator: "; ")
    }

    /// Which view of the samples the sides see, where it is not the usual one.
    private var seen: String? {
        switch (edge.augmentation.from, edge.augmentation.to) {
        case (.weak, .weak): nil
        case (.strong, .strong): "of strongly augmented images"
        case (.weak, .strong): "the learner's own images strongly augmented"
        case (.strong, .weak): "the teacher's images strongly augmented"
        }
    }

    /// How old what is taken may be, where it is not of the step itself.
    private var aged: String? {
        switch edge.missing {
        case .wait, .drop: nil
        case .stale(let age): "by weights \(steps(age)) old"
        case .bank(nil): "or the latest of the same sample"
        case .bank(let age?): "or the latest of the same sample, at most \(steps(age)) old"
        }
    }

    private func steps(_ count: Int) -> String { count == 1 ? "1 step" : "\(count) steps" }

    private var combined: String {
        let traits = edge.combinationTraits
        let each =
            isLarge && from.count > 1
            ? term(teachers(", ")) : from.map(term).joined(separator: ", ")
        let mixes = traits.contains(.needsPairs)
        guard mixes || !traits.contains(.weighsLosses) else {
            return "sum by learned weights (\(edge.combination.name)) of \(each)"
        }
        guard mixes || from.count > 1 else { return each }
        guard mixes || traits.contains(.responsesOnly) else {
            return (traits.contains(.addsUp) ? "sum of " : "mean of ") + each
        }
        let isMean = traits.contains(.takesSum) && !traits.contains(.reshapesTargets)
        let target = isMean ? "mean" : edge.combination.name
        return term("\(target) of " + teachers(", "))
    }

    /// The usual divergences are written as such; another loss goes by its name.
    private func term(_ teacher: String) -> String {
        let isDivergence = edge.lossTraits.contains(.isDivergence)
        let places = edge.taps == .none ? ("", "") : (place(edge.taps.from), place(edge.taps.to))
        return "\(isDivergence ? "KL" : edge.loss.name)(\(teacher)\(places.0)‖\(to)\(places.1))"
    }

    private func place(_ taps: [String]) -> String {
        taps.isEmpty ? "" : "." + taps.joined(separator: "+")
    }
}

extension ModelVersion {
    /// Whose weights teach, where they are not the current ones.
    fileprivate var words: String? {
        switch self {
        case .current: nil
        case .snapshot(let every): "by weights refreshed every \(every) steps"
        case .average(let average): "by the moving average of its weights, \(average.decay)"
        case .partner: "by another sample of each sample's class"
        case .lastSeen: "by what it computed of each sample when it saw it last"
        case .taskBefore: "by its weights at the end of the task before"
        case .best: "by the weights of its best evaluation"
        }
    }
}

/// A number without a fraction that is zero.
func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
}

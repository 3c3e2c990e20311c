import CohortGraph
import NeuralNetwork
import Options

extension ExperimentConfiguration {
    /// What is wrong with how a learner's model is made of another's; nil where nothing is.
    func problemOfBorrowing(_ learner: LearnerOptions) -> String? {
        guard let borrowed = learner.borrowed else { return nil }
        let (key, name) = (borrowed.key, borrowed.part.lender)
        guard let lender = self[name], name != learner.name else {
            let known = learners.map(\.name).filter { $0 != learner.name }
            return name == learner.name
                ? "has itself as its `\(key)`; name another learner"
                : "has a `\(key)` of an unknown learner '\(name)':"
                    + " \(nearest(to: name, among: known))"
        }
        if learner.model == nil || learner.isExternal {
            return "is external, and makes its model itself; leave `\(key)` out"
        }
        if learner.quantize != nil || lender.quantize != nil {
            return "has a `\(key)`, whose layers are not quantised; leave `quantize` out"
        }
        if lender.model == nil || lender.isExternal || lender.source != nil {
            return "has a `\(key)` of '\(name)', whose weights are not here; name a learner that is"
                + " trained here, or a teacher with weights"
        }
        return lender.borrowed == nil
            ? nil
            : "has a `\(key)` of '\(name)', which has a part of another learner itself; name one"
                + " with a model of its own"
    }

    /// The architecture of a learner, made of another's too where it is configured so; nil for an
    /// external learner that does not say.
    func architecture(
        of learner: LearnerOptions
    ) throws(SettingError) -> (any Architecture)? {
        guard let own = learner.model else { return nil }
        guard let borrowed = learner.borrowed else { return try own.architecture }
        guard let other = self[borrowed.part.lender]?.model else {
            throw SettingError(
                "learner '\(learner.name)': '\(borrowed.part.lender)' has no model to take parts of"
            )
        }
        return switch borrowed {
        case .classifier(_, let factor):
            ReusedClassifier(
                student: try own.architecture, teacher: try other.architecture, factor: factor)
        case .student(_, let assistant):
            ResidualPair(
                student: try other.architecture,
                assistant: try (assistant ?? other).architecture)
        }
    }
}

extension NamedOptions {
    /// The model of this name with these options.
    var architecture: any Architecture {
        get throws(SettingError) { try Models.make(name, options: options) }
    }
}

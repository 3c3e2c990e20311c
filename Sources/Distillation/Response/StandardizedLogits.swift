import CohortGraph
import NeuralNetwork
import Options

/// A response loss of logits that are standardised first (*Logit Standardization in Knowledge
/// Distillation*, Sun et al. 2024): of both sides each sample's logits less their mean, divided by
/// their standard deviation (with classes − 1), so that the learner need not match the teacher's
/// range.
///
/// Of several teachers each one's logits are standardised, before they are combined. A sample whose
/// logits are equal becomes zeros and passes no gradient.
struct StandardizedLogits: DistillationLoss {
    /// What compares the standardised logits.
    private(set) var loss: any DistillationLoss

    var summary: Summary { .logits }
    /// The divergence is of other logits than those that are published, and these have no offset.
    var traits: LossTraits { loss.traits.subtracting([.isDivergence, .readsOffsets]) }
    var usualCombination: String? { loss.usualCombination }
    var ownTraining: OwnTraining? { loss.ownTraining }

    /// The entry of a response loss, with the option that standardises its logits.
    static func entry(
        of type: any (DistillationLoss & Configurable).Type
    ) -> Registry<any DistillationLoss>.Entry {
        .init(type) { (options) throws(SettingError) in
            let loss = try type.init(options: &options)
            let standardizes = options.flag(
                "standardize", default: false,
                help: "each sample's logits, by mean and standard deviation (Sun et al. 2024)")
            return standardizes ? StandardizedLogits(loss: loss) : loss
        }
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try loss.prepare(student: student, teacher: teacher, in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        loss(student.standardized(), teacher.standardized, context)
    }
}

extension Variable {
    /// Each row of N×classes less its mean, divided by its standard deviation.
    func standardized() -> Variable {
        let z = relativeToRowMaxima()
        let scale = Float(max(0, shape[1] - 1)).squareRoot()
        return (z - z.mean(along: [1])).normalizedRows() * scale
    }
}

extension Tensor {
    /// The same of a constant.
    var standardized: Tensor { Variable(self).standardized().value }
}

extension TeacherSummary {
    /// The same teacher's logits, each sample's standardised.
    var standardized: TeacherSummary { TeacherSummary(name: name, value: value.standardized) }
}

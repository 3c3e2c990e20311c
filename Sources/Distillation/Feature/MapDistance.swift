import CohortGraph
import NeuralNetwork
import Options

/// The mean square of the difference between two maps: what the reused classifier's student learns
/// by (*SimKD*, Chen et al. 2022), and the residuals of *Residual Knowledge Distillation* (Gao et
/// al. 2020).
///
/// Of two sizes the larger map is averaged down. Where the channels differ, a learned 1×1
/// convolution of the learner's map makes the teacher's number of them.
struct MapDistance: DistillationLoss, OptionFree {
    static let name = "map-mse"
    static let summary = "the mean square of the difference between two maps"

    private var regressor: Convolution?

    var summary: Summary { .map }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        try SettingError.checkSizes(student, teacher, of: summary)
        guard student[1] != teacher[1] else { return }
        regressor = Convolution(
            "regressor", student[1], teacher[1], Window(1), bias: false, in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let (own, target) = matched(student, teacher)
        let imitation = regressor.map { $0(own, context.requiredParameters) } ?? own
        return LossTerm((imitation - target).squared().mean())
    }
}

import CohortGraph
import NeuralNetwork
import Options

/// *FitNets: Hints for Thin Deep Nets* (Romero et al. 2015): ½‖F_t − r(F_s)‖², r a learned 1×1
/// convolution.
///
/// Benchmark form: the mean square. A larger image of the learner is first averaged down to the
/// teacher's size.
struct Hint: DistillationLoss, Configurable {
    static let name = "hint"
    static let summary = "FitNets: the teacher's map by a learned regressor (Romero et al. 2015)"

    let form: LossForm
    private var regressor: Convolution?

    var summary: Summary { .map }
    /// The regressor begins at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard poolingFactor(from: student, to: teacher) != nil else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "the learner's height and width must be the teacher's or a whole multiple of them")
        }
        regressor = Convolution("regressor", student[1], teacher[1], Window(1), in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let regressor else { preconditionFailure("the loss was not prepared") }
        let imitation = regressor(student.pooled(to: teacher.shape), context.requiredParameters)
        let squares = (imitation - Variable(teacher)).squared()
        return switch form {
        case .paper: LossTerm(squares.sum() / Float(2 * teacher.shape[0]))
        case .benchmark: LossTerm(squares.mean())
        }
    }
}

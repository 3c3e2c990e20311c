import CohortGraph
import NeuralNetwork
import Options

/// *FitNets: Hints for Thin Deep Nets* (Romero et al. 2015): ½‖F_t − r(F_s)‖², r a learned
/// regressor.
///
/// Benchmark form: the mean square, with another regressor.
struct Hint: DistillationLoss, Configurable {
    static let name = "hint"
    static let summary = "FitNets: the teacher's map by a learned regressor (Romero et al. 2015)"

    let form: LossForm
    private var regressor: (any HintRegressor)?
    /// The function by which the teacher's layer ends.
    private var function: Activation?

    var summary: Summary { .map }
    /// The regressor begins at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init(options: inout OptionReader) throws(SettingError) {
        form = options.form()
    }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        function = teachers.first?.first?.function
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        let sides = HintShapes(student: student, teacher: teacher)
        let found: (any HintRegressor)? =
            switch form {
            case .paper: PaperRegressor(sides, function, in: &builder)
            case .benchmark: BenchmarkRegressor(sides, in: &builder)
            }
        guard let found else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "the learner's height and width must be at least the teacher's"
                    + (form == .benchmark ? ", or half of them" : ""))
        }
        regressor = found
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let regressor else { preconditionFailure("the loss was not prepared") }
        let imitation = regressor(student, context.requiredParameters)
        let squares = (imitation - Variable(teacher)).squared()
        return switch form {
        case .paper: LossTerm(squares.sum() / Float(2 * teacher.shape[0]))
        case .benchmark: LossTerm(squares.mean())
        }
    }
}

import CohortGraph
import NeuralNetwork
import Options

/// *A Comprehensive Overhaul of Feature Distillation* (Heo et al. 2019), called OFD: the sum over
/// channels and pixels, averaged over samples, of (r(F_s) − max(F_t, m))² where r(F_s) exceeds the
/// target or F_t is positive, F the activations before the ReLU.
///
/// What is negative in the teacher's map passes no ReLU, so the learner need only stay below it.
/// The margin m of a channel is the mean of the teacher's negative activations in the batch. r is a
/// 1×1 convolution without bias, and batch norm. Of several layers the paper halves the weight with
/// each one further from the last.
struct FeatureOverhaul: DistillationLoss, OptionFree {
    static let name = "ofd"
    static let summary =
        "overhaul of feature distillation: maps before the ReLU, by a margin (Heo et al. 2019)"

    private var connector: (convolution: Convolution, norm: BatchNormalization)?
    /// The functions by which the layers of both sides end.
    private var functions: [Activation] = []

    var summary: Summary { .map }
    /// The connector begins at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init() {}

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        functions = ([student] + teachers).flatMap { $0.compactMap(\.function) }
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student.dropFirst(2) == teacher.dropFirst(2) else {
            throw SettingError(
                unequal: student, teacher, of: summary, "height and width must be equal")
        }
        if let function = functions.first(where: { $0 == .relu }) {
            throw SettingError(
                "'\(Self.name)' compares activations before the ReLU, and a tap here ends by"
                    + " \(function.rawValue); take taps of a model whose stages end without one,"
                    + " as those of wrn do, or 'hint'")
        }
        let channels = teacher[1]
        let start = Initialization.normal(standardDeviation: (2 / Float(channels)).squareRoot())
        connector = builder.scoped("connector") { builder in
            (
                Convolution(
                    "0", student[1], channels, Window(1), bias: false, initialization: start,
                    in: &builder),
                BatchNormalization("1", channels, in: &builder)
            )
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let connector else { preconditionFailure("the loss was not prepared") }
        let own = connector.norm(connector.convolution, of: student, context.requiredParameters)
        let t = Variable(teacher)
        let margin = Self.margin(of: t)
        let target = margin + (t - margin).relu()
        let excess = own - target
        let counted = excess * (excess.detached.relu() + t.relu()).isPositive
        return LossTerm(counted.squared().sum() / Float(teacher.shape[0]))
    }

    /// The mean of each channel's negative elements, 1×C×1×1; 0 where there are none.
    private static func margin(of t: Variable) -> Variable {
        let below = -(-t).relu()
        let count = (-t).isPositive.sum(along: [0, 2, 3])
        return below.sum(along: [0, 2, 3]) / count.map(.atLeast(1))
    }
}

extension Variable {
    /// 1 where an element is a positive number, and 0 where it is not; of one that is less than the
    /// least normal number, its share of that.
    fileprivate var isPositive: Variable {
        let rest = relu()
        return rest / rest.map(.atLeast(.leastNormalMagnitude))
    }
}

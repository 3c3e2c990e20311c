import CohortGraph
import NeuralNetwork
import Options

/// *Distilling Knowledge via Knowledge Review* (Chen et al. 2021): each of the teacher's maps is
/// imitated by what the learner's map of the same level and all deeper ones make together, ramped
/// up by min(epoch / warm-up, 1) with epochs counted from 1.
///
/// From the deepest level upwards an ``AttentionFusion`` joins a level with what the deeper ones
/// left. The distance of a level is the mean square at full size and averaged down to 4×4, 2×2 and
/// 1×1 pixels, with weights 1, ½, ¼ and ⅛ divided by their sum; sizes that a map does not exceed
/// are left out.
struct KnowledgeReview: DistillationLoss, Configurable {
    static let name = "review"
    static let summary = "knowledge review: maps of several levels, fused (Chen et al. 2021)"

    private static let sizes = [4, 2, 1]

    let levels: Int
    let warmup: Int
    let widest: Int
    /// The shapes C×H×W of each level.
    private var shapes: (student: [[Int]], teacher: [[Int]]) = ([], [])
    private var fusions: [AttentionFusion] = []

    var summary: Summary { .maps }
    var tapCount: Int { levels }
    /// The fusions begin at random, so that equal sides do not agree.
    var traits: LossTraits { [] }

    init(options: inout OptionReader) throws(SettingError) {
        levels = options.value(
            "levels", default: 4, in: 1...16, help: "taps of each side, the deepest last")
        warmup = options.value(
            "warmup", default: 20, in: 0...1_000_000, help: "epochs until the full weight")
        widest = options.value(
            "channels", default: 512, in: 1...65536,
            help: "at most so many are passed on between levels")
    }

    mutating func fit(student: [Model.Tap], teachers: [[Model.Tap]]) {
        shapes = (student.map(\.image), teachers.first?.map(\.image) ?? [])
    }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        let (own, others) = shapes
        precondition(own.count == levels && others.count == levels, "fit comes before prepare")
        for (one, other) in zip(own, others) {
            try SettingError.checkSizes([2] + one, [2] + other, of: .map)
        }
        let middle = min(widest, own[levels - 1][0])
        fusions = builder.scoped("abfs") { builder in
            (0..<levels).map { level in
                builder.scoped("\(level)") { builder in
                    AttentionFusion(
                        (own[level][0], middle, others[level][0]), fuses: level < levels - 1,
                        in: &builder)
                }
            }
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let pass = context.requiredParameters
        let own = student.split(into: shapes.student)
        let others = Variable(teacher).split(into: shapes.teacher)
        var deeper: Variable?
        var total = Variable(Tensor(0))
        for level in (0..<levels).reversed() {
            let size = Array(shapes.teacher[level].dropFirst())
            let (imitation, residual) = fusions[level](own[level], deeper, to: size, pass)
            deeper = residual
            total = total + distance(imitation, others[level])
        }
        return LossTerm(total * ramp(context.epoch))
    }

    private func ramp(_ epoch: Int) -> Float {
        warmup == 0 ? 1 : min(Float(epoch + 1) / Float(warmup), 1)
    }

    /// The weighted mean square of a level at several sizes.
    private func distance(_ one: Variable, _ other: Variable) -> Variable {
        // In row-major order, as all that follows reads it.
        let difference = one.reshaped(one.shape) - other
        var (loss, share, shares) = (difference.squared().mean(), Float(1), Float(1))
        for size in Self.sizes where size < min(one.shape[2], one.shape[3]) {
            share /= 2
            shares += share
            loss = loss + difference.averaged(to: size).squared().mean() * share
        }
        return loss / shares
    }
}

extension Model.Tap {
    /// C×H×W; a vector of D is D×1×1.
    fileprivate var image: [Int] { shape.count == 1 ? shape + [1, 1] : shape }
}

extension Variable {
    /// Flattened activations one after another, N×(D₁ + D₂ + …), as images N×C×H×W.
    fileprivate func split(into shapes: [[Int]]) -> [Variable] {
        let parts = split(intoColumns: shapes.map { $0.reduce(1, *) })
        return zip(parts, shapes).map { $0.reshaped([self.shape[0]] + $1) }
    }
}

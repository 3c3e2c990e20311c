import CohortGraph
import NeuralNetwork
import Options

/// *Learning without Memorizing* (Dhar et al. 2019), LwM, its attention distillation:
/// ‖Q_t / ‖Q_t‖₂ − Q / ‖Q‖₂‖₁ averaged over samples, Q the Grad-CAM of the class of an earlier task
/// that the teacher finds likeliest.
///
/// Of a net that ends in the global average and a linear layer, the Grad-CAM of a class before its
/// rectifier is the class's activation map but for a factor, which the norm takes away again, and
/// but for the layer's bias, which the tap `classes` spreads over the pixels. The map of the
/// learner is differentiated as any other activation. Authors of other programs take both maps
/// without a gradient, which trains nothing.
struct AttentionOfPast: DistillationLoss, OptionFree {
    static let name = "lwm"
    static let summary = "where the past self sees its likeliest old class (Dhar et al. 2019)"

    var summary: Summary { .map }

    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        guard student == teacher, student.count == 4 else {
            throw SettingError(
                unequal: student, teacher, of: summary,
                "both must be maps C×H×W of the same classes, as of the tap `classes`")
        }
        guard student[2] * student[3] > 1 else {
            throw SettingError(
                "'\(Self.name)': maps of one pixel are all equal once their norm is 1; take a model"
                    + " that has larger ones")
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let old = context.tasks?.earlierHeads.joined().map(\.self) ?? Array(0..<teacher.shape[1])
        guard !old.isEmpty else { return LossTerm(Variable(Tensor(0))) }
        let likeliest = Self.likeliest(of: old, in: teacher)
        let difference =
            student.attention(to: likeliest) - Variable(teacher).attention(to: likeliest)
        return LossTerm(difference.absolute().sum() / Float(teacher.shape[0]))
    }

    /// For each sample the class whose map has the largest mean, which is the class's logit.
    private static func likeliest(of classes: [Int], in maps: Tensor) -> [Int] {
        let logits = Variable(maps).mean(along: [2, 3]).reshaped(Array(maps.shape.prefix(2)))
        return logits.selecting(columns: classes).value.argmax.map { classes[$0] }
    }
}

extension Variable {
    /// Of maps N×C×H×W the rectified one of a class of each sample, divided by its Euclidean norm,
    /// N×(H·W).
    fileprivate func attention(to classes: [Int]) -> Variable {
        let size = shape[2] * shape[3]
        let rows = classes.enumerated().map { $0.offset * shape[1] + $0.element }
        return reshaped([shape[0] * shape[1], size]).selecting(rows: rows).relu().normalizedRows()
    }
}

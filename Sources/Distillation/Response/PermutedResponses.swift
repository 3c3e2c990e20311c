import Bytes
import CohortGraph
import NeuralNetwork
import Options

/// *Born-Again Neural Networks* (Furlanello et al. 2018), DKPP: the cross-entropy with a teacher's
/// probabilities, of which each sample's largest stays where it is and the others are permuted at
/// random.
///
/// It shows what of a teacher's help is the similarity of classes, which it destroys. There is no
/// factor T², and the paper's temperature is 1.
struct PermutedResponses: DistillationLoss, OptionFree {
    static let name = "dkpp"
    static let summary = "responses, all but the largest permuted (Furlanello et al. 2018)"

    var summary: Summary { .logits }
    var traits: LossTraits { .isUnscaled }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let sum = ProbabilitySum(of: [teacher], temperature: context.temperature)
        let target = sum.mean.permutingAllButLargest(by: context.key)
        let log = student.logProbabilities(at: context.temperature)
        return LossTerm((log * Variable(target)).sum() / -Float(student.shape[0]))
    }
}

extension Tensor {
    /// N×classes with each row permuted but for its largest element.
    ///
    /// - Parameter key: of the step; nil leaves the rows as they are.
    package func permutingAllButLargest(by key: RandomKey?) -> Tensor {
        guard let key else { return self }
        let (width, values) = (shape[1], values)
        var permuted = values
        for (row, largest) in argmax.enumerated() {
            let own = key.child(row)
            let others = (0..<width).filter { $0 != largest }
            let drawn = others.sorted { (own.bits(at: $0), $0) < (own.bits(at: $1), $1) }
            for (place, source) in zip(others, drawn) {
                permuted[row * width + place] = values[row * width + source]
            }
        }
        return Tensor(shape: shape, values: permuted)
    }
}

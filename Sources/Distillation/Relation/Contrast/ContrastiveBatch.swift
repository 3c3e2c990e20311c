import CohortGraph
import NeuralNetwork
import Options

/// *Contrastive Representation Distillation* (Tian et al. 2020) with the other samples of the batch
/// as negatives, in place of the paper's memory of all samples:
/// −1/N · Σ_i (log softmax_j(s_ij) + log softmax_j(s_ji)) at j = i, s_ij = e_s(i)·e_t(j) / τ.
///
/// e_s and e_t are a learned linear layer of each side, scaled to norm 1. Other samples of the
/// anchor's own class are left out of its negatives. Both layers minimise the term itself.
struct ContrastiveBatch: DistillationLoss, Configurable {
    static let name = "crd-batch"
    static let summary =
        "contrastive: a sample's two embeddings among those of the batch (after Tian et al. 2020)"

    /// Added to what is left out: its share of a softmax is 0.
    private static let masked: Float = -1e9

    let width: Int
    let temperature: Float
    private var layers: EmbeddingLayers?

    var summary: Summary { .embedding }
    var traits: LossTraits { .needsLabels }

    init(options: inout OptionReader) throws(SettingError) {
        width = options.value(
            "width", default: 128, in: 1...65536, help: "numbers of an embedding")
        temperature = options.value(
            "tau", default: 0.07, in: 0.001...1000, help: "divides the products of embeddings")
    }

    /// Embeddings of any width can be compared.
    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        layers = EmbeddingLayers(student: student[1], teacher: teacher[1], width, in: &builder)
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let layers else { preconditionFailure("the loss was not prepared") }
        let (pass, labels) = (context.requiredParameters, context.requiredLabels)
        let own = layers.embedding(ofStudent: student, pass)
        let others = layers.embedding(ofTeacher: teacher, pass)
        let products = own.matmul(others.transposed()) / temperature + Self.mask(labels)
        let places = labels.indices.map { $0 * (labels.count + 1) }
        let found = [products, products.transposed()].map { rows in
            rows.logSoftmax().selecting(elements: places, shape: [labels.count]).sum()
        }
        return LossTerm((found[0] + found[1]) / -Float(labels.count))
    }

    /// N×N: what leaves other samples of the same class out.
    private static func mask(_ labels: [Int]) -> Variable {
        let values = labels.enumerated().flatMap { i, label in
            labels.enumerated().map { j, other in i != j && label == other ? masked : 0 }
        }
        return Variable(Tensor(shape: [labels.count, labels.count], values: values))
    }
}

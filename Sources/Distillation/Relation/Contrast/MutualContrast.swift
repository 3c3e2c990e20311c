import CohortGraph
import NeuralNetwork
import Options

/// *Mutual Contrastive Learning for Visual Representation Learning* (MCL, Yang et al. 2022),
/// between a learner i and one teacher j.
///
///     e = ‖·‖₂-normalised W₂·ReLU(W₁ f + b₁) + b₂, S_ij = e_i·e_jᵀ / τ, samples × samples
///     vanilla · (C(S_ii) + C(S_jj)) + interactive · (C(S_ij) + C(S_ji))
///         + soft-vanilla · (K(S_jj, S_ii) + K(S_ii, S_jj))
///         + soft-interactive · (K(S_ji, S_ij) + K(S_ij, S_ji))
///
/// C is supervised contrast: the mean over an anchor's positives, the other samples of its class,
/// of −log of the share of their exponential among those of all other samples. K is T²·KL of
/// softened rows, its first argument a constant. f_j is a constant; both embedding heads belong to
/// the learner. An anchor without a positive in the batch is left out.
struct MutualContrast: DistillationLoss, Configurable {
    static let name = "mcl"
    static let summary = "mutual contrast of embeddings, hard and soft (Yang et al. 2022)"

    private let width: Int
    private let tau: Float
    private let softening: Float
    private let weights: [Float]
    private var heads: (student: EmbeddingHead, teacher: EmbeddingHead)?

    var summary: Summary { .embedding }
    /// The heads begin at random, so that equal sides do not agree.
    var traits: LossTraits { .needsLabels }

    init(options: inout OptionReader) throws(SettingError) {
        width = options.value(
            "width", default: 128, in: 1...65536, help: "numbers of an embedding")
        tau = options.value(
            "tau", default: 0.1, in: 0.001...1000, help: "divides the products of embeddings")
        softening = options.value(
            "softening", default: 3, in: 0.01...1000, help: "the temperature of the soft parts")
        weights = [
            options.value("vanilla", default: 0.1, in: 0...1e6, help: "weight of own contrast"),
            options.value("interactive", default: 0.1, in: 0...1e6, help: "of cross contrast"),
            options.value("soft-vanilla", default: 1, in: 0...1e6, help: "of own rows"),
            options.value("soft-interactive", default: 1, in: 0...1e6, help: "of cross rows"),
        ]
    }

    /// Embeddings of any width can be compared.
    mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        heads = builder.scoped("embed") { builder in
            (
                EmbeddingHead("student", student[1], width, in: &builder),
                EmbeddingHead("teacher", teacher[1], width, in: &builder)
            )
        }
    }

    func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        guard let heads else { preconditionFailure("the loss was not prepared") }
        let (pass, labels) = (context.requiredParameters, context.requiredLabels)
        let own = heads.student(student, pass)
        let other = heads.teacher(Variable(teacher), pass)
        let (ii, jj) = (similarities(own, own), similarities(other, other))
        let ij = similarities(own, other)
        let ji = ij.transposed()
        let masks = ContrastMasks(labels)
        let parts = [
            masks.contrast(ii) + masks.contrast(jj), masks.contrast(ij) + masks.contrast(ji),
            soft(jj, ii) + soft(ii, jj), soft(ji, ij) + soft(ij, ji),
        ]
        let weighted = zip(parts, weights).map { $0 * $1 }
        return LossTerm(weighted.dropFirst().reduce(weighted[0], +))
    }

    private func similarities(_ a: Variable, _ b: Variable) -> Variable {
        a.matmul(b.transposed()) / tau
    }

    private func soft(_ target: Variable, _ rows: Variable) -> Variable {
        divergence(
            from: target.detached.logProbabilities(at: softening),
            to: rows.logProbabilities(at: softening), temperature: softening)
    }
}

/// Two linear layers with a ReLU between them; embeddings have norm 1.
private struct EmbeddingHead {
    private let layers: [Linear]

    init(_ name: String, _ inputs: Int, _ width: Int, in builder: inout ModelBuilder) {
        layers = builder.scoped(name) { builder in
            [
                Linear("0", inputs, width, in: &builder),
                Linear("2", width, width, in: &builder),
            ]
        }
    }

    func callAsFunction(_ x: Variable, _ pass: ForwardPass) -> Variable {
        layers[1](layers[0](x, pass, activation: .relu), pass).normalizedRows()
    }
}

/// Which samples of a batch attract one another.
private struct ContrastMasks {
    /// Added to an anchor's product with itself: its share of a softmax is 0.
    private static let masked: Float = -1e9

    private let itself: Variable
    /// N×N: 1 / (positives of the row · anchors that have some) at positives, 0 elsewhere.
    private let shares: Variable

    init(_ labels: [Int]) {
        let count = labels.count
        let positives = labels.map { label in labels.count { $0 == label } - 1 }
        let anchors = Float(max(1, positives.count { $0 > 0 }))
        var (diagonal, shares) = (
            [Float](repeating: 0, count: count * count), [Float](repeating: 0, count: count * count)
        )
        for i in labels.indices {
            diagonal[i * count + i] = Self.masked
            for j in labels.indices where i != j && labels[i] == labels[j] {
                shares[i * count + j] = 1 / (Float(positives[i]) * anchors)
            }
        }
        itself = Variable(Tensor(shape: [count, count], values: diagonal))
        self.shares = Variable(Tensor(shape: [count, count], values: shares))
    }

    /// −Σ of the log-shares of positives, averaged over anchors.
    func contrast(_ products: Variable) -> Variable {
        -((products + itself).logSoftmax() * shares).sum()
    }
}

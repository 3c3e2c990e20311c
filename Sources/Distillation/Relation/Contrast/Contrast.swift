import Bytes
import CohortGraph
import Foundation
import NeuralNetwork
import Options

/// *Contrastive Representation Distillation* (Tian et al. 2020) with its memory of all samples.
///
/// Each side's features become embeddings e of norm 1 by a learned linear layer, and each side
/// remembers one of every sample, M. An anchor i is compared with itself and m drawn samples of
/// other classes, by P_k = exp(M_t[k]·e_s(i) / τ) / Z on the student's side, of which the term is
/// −1/N · Σ_i (log P_i/(P_i + m/n + ε) + Σ_k log (m/n)/(P_k + m/n + ε)), n the number of samples.
/// The teacher's is the like with M_s. Z is n times the mean of the first batch's exponentials.
/// Afterwards M[i] becomes `momentum`·M[i] + (1 − `momentum`)·e(i), of norm 1.
///
/// The part of the teacher's side trains its layer alone. A step multiplies N embeddings of each
/// side with all n in memory.
package struct Contrast: RememberingLoss, Configurable {
    package static let name = "crd"
    package static let summary =
        "contrastive: a sample among many of a memory of all samples (Tian et al. 2020)"

    private static let smallest: Float = 1e-7

    let negatives: Int
    let width: Int
    let temperature: Float
    let momentum: Float
    private var layers: EmbeddingLayers?
    private var classes = SampleClasses()

    package var summary: Summary { .embedding }
    package var traits: LossTraits { .needsLabels }

    package init(options: inout OptionReader) throws(SettingError) {
        negatives = options.value(
            "negatives", default: 16384, in: 1...1_000_000,
            help: "drawn for each sample, of other classes")
        width = options.value(
            "width", default: 128, in: 1...65536, help: "numbers of an embedding")
        temperature = options.value(
            "tau", default: 0.07, in: 0.01...1000, help: "divides the products of embeddings")
        momentum = options.value(
            "momentum", default: 0.5, in: 0...1, help: "how much of a remembered one remains")
    }

    /// Embeddings of any width can be compared.
    package mutating func prepare(
        student: [Int], teacher: [Int], in builder: inout ModelBuilder
    ) throws(SettingError) {
        layers = EmbeddingLayers(student: student[1], teacher: teacher[1], width, in: &builder)
    }

    package mutating func know(classes: [Int: Int]) { self.classes = SampleClasses(classes) }

    /// Without a memory: the batch is all samples, and Z their number.
    package func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext
    ) -> LossTerm {
        let labels = context.requiredLabels
        let known = SampleClasses(Dictionary(uniqueKeysWithValues: zip(0..., labels)))
        let key = RandomKey(seed: 0)
        var memory = ContrastMemory(samples: labels.count, width: width, key)
        memory.scales = [Float(labels.count), Float(labels.count)]
        let drawn = known.draw(negatives, for: Array(labels.indices), key)
        return term(student, teacher, context, drawn, memory: &memory)
    }

    package func callAsFunction(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext,
        memory: inout ContrastMemory?
    ) -> LossTerm {
        guard let samples = context.samples, let key = context.key else {
            preconditionFailure("a batch that has no sample numbers is refused")
        }
        let drawn = classes.draw(negatives, for: samples, key.child("negatives"))
        var found =
            memory
            ?? ContrastMemory(samples: classes.samples.count, width: width, key.child("memory"))
        // Held once while it changes.
        memory = nil
        defer { memory = found }
        return term(student, teacher, context, drawn, memory: &found)
    }

    /// The loss of anchors with drawn negatives.
    package func term(
        _ student: Variable, _ teacher: Tensor, _ context: LossContext, _ drawn: DrawnSamples,
        memory: inout ContrastMemory
    ) -> LossTerm {
        guard let layers else { preconditionFailure("the loss was not prepared") }
        let own = layers.embedding(ofStudent: student, context.requiredParameters)
        let others = layers.embedding(ofTeacher: teacher, context.requiredParameters)
        let sides = [(own, memory.teacher), (others, memory.student)].map { side in
            side.0.matmul(Variable(side.1).transposed()) / temperature
        }
        if memory.scales.isEmpty { memory.scales = sides.map { drawn.scale(of: $0.value) } }
        let terms = zip(sides, memory.scales).map { term(of: $0, drawn, scale: $1) }
        memory.move(to: own.value, others.value, at: drawn.anchors, keeping: momentum)
        return LossTerm(terms[0] + terms[1])
    }

    /// The noise-contrastive term of one side, from products N×n by τ.
    private func term(of products: Variable, _ drawn: DrawnSamples, scale: Float) -> Variable {
        let noise = Float(negatives) / Float(products.shape[1])
        // P·n/m, so that logarithms of many samples do not add up to what rounds the sum.
        let logarithms = products - (log(scale) + log(noise))
        let sums = (logarithms.exp() + (1 + Self.smallest / noise)).log()
        let positives = (logarithms - sums).selecting(
            elements: drawn.positives, shape: [drawn.anchors.count])
        let negatives = sums * Variable(drawn.counts)
        return (positives.sum() - negatives.sum()) / -Float(drawn.anchors.count)
    }
}

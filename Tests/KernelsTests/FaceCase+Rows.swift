import Kernels

extension FaceCase {
    /// Functions of rows.
    static let rows: [FaceCase] = [
        .init("a label as large as the number of classes") {
            _ = crossEntropy(labels: [0, 2 + $0])
        },
        .init("a negative label") { _ = crossEntropy(labels: [0, -$0]) },
        .init("a label too few") { _ = crossEntropy(labels: [Int](repeating: 1, count: 2 - $0)) },
        .init("logits that are no rows") {
            _ = Kernels.crossEntropy(run(6 + $0), classes: 3, labels: [0, 1], smoothing: 0)
        },
        .init("a gradient for a label as large as the number of classes") {
            _ = crossEntropyGradient(labels: [0, 2 + $0])
        },
        .init("a gradient for a negative label") { _ = crossEntropyGradient(labels: [0, -$0]) },
        .init("a gradient for a label too few") {
            _ = crossEntropyGradient(labels: [Int](repeating: 1, count: 2 - $0))
        },
        .init("a sum too few of exponentials") {
            _ = crossEntropyGradient(labels: [0, 1], sums: 2 - $0)
        },
        .init("a row beyond the last") { _ = Kernels.rows(run(6), width: 3, at: [1 + $0]) },
        .init("a row before the first") { _ = Kernels.rows(run(6), width: 3, at: [-$0]) },
        .init("a row of a negative width") {
            _ = Kernels.rows(run(6), width: $0 == 0 ? 1 : -1, at: [0])
        },
        .init("a gradient of a row beyond the last") {
            _ = Kernels.rowsGradient(run(3), width: 3, at: [1 + $0], count: 6)
        },
        .init("a gradient of a row before the first") {
            _ = Kernels.rowsGradient(run(3), width: 3, at: [-$0], count: 6)
        },
        .init("a gradient of other rows") {
            _ = Kernels.rowsGradient(run(3 + $0), width: 3, at: [1], count: 6)
        },
        .init("distances of what is no rows") { _ = Kernels.rowDistances(run(6 + $0), rows: 2) },
        .init("a softmax of what is no rows") { _ = Kernels.softmax(run(6 + $0), width: 3) },
        .init("a softmax of rows without a width") {
            _ = Kernels.softmax(run(6), width: $0 == 0 ? 3 : 0)
        },
        .init("a log-softmax of what is no rows") { _ = Kernels.logSoftmax(run(6 + $0), width: 3) },
        .init("what is no rows, less its maxima") {
            _ = Kernels.relativeToMaxima(run(6 + $0), width: 3)
        },
        .init("sums of what is no rows") { _ = Kernels.logSums(run(6 + $0), width: 3) },
        .init("a shift for each row but one") {
            _ = Kernels.exponentials(run(6), minus: run(2 - $0), width: 3)
        },
        .init("a softmax's gradient of another size") {
            _ = Kernels.softmaxGradient(y: run(6), upstream: run(6 - $0), width: 3)
        },
        .init("a softmax's gradient of what is no rows") {
            _ = Kernels.softmaxGradient(y: run(6 + $0), upstream: run(6 + $0), width: 3)
        },
        .init("a log-softmax's gradient of another size") {
            _ = Kernels.logSoftmaxGradient(y: run(6), upstream: run(6 - $0), width: 3)
        },
        .init("the largest of what is no rows") { _ = Kernels.argmax(run(6 + $0), width: 3) },
        .init("a divergence from another number of logarithms") {
            _ = Kernels.divergence(from: run(3), to: run(3 - $0))
        },
        .init("a divergence of another number of probabilities") {
            _ = Kernels.divergence(ofProbabilities: run(3), to: run(3 - $0))
        },
        .init("a divergence of two sizes from their mean") {
            _ = Kernels.divergenceFromMean(run(3), run(3 - $0))
        },
        .init("a normalization of what is no rows") {
            _ = Kernels.normalizeRows(run(6 + $0), scale: run(3), shift: run(3), epsilon: 1e-5)
        },
        .init("a normalization's shift of another width") {
            _ = Kernels.normalizeRows(run(6), scale: run(3), shift: run(3 - $0), epsilon: 1e-5)
        },
        .init("a normalization's gradient of another size") {
            _ = normalizationGradient(g: 6 - $0, rows: 2)
        },
        .init("a normalization's gradient with moments of other rows") {
            _ = normalizationGradient(g: 6, rows: 2 - $0)
        },
    ]

    /// Attention.
    static let attention: [FaceCase] = [
        .init("attention without positions") {
            _ = AttentionShape(sequences: 1, length: 1 - $0, heads: 1, depth: 1)
        },
        .init("attention to what does not fill its memory") {
            _ = Kernels.attention(run(36 + $0), attentionShape)
        },
        .init("attention's gradient of another size") {
            _ = attentionGradient(g: 12 - $0, x: 36, sums: 6)
        },
        .init("attention's gradient in inputs of another size") {
            _ = attentionGradient(g: 12, x: 36 - $0, sums: 6)
        },
        .init("attention's gradient with a sum too few") {
            _ = attentionGradient(g: 12, x: 36, sums: 6 - $0)
        },
    ]

    private static let attentionShape = AttentionShape(
        sequences: 1, length: 3, heads: 2, depth: 2)

    private static func attentionGradient(g: Int, x: Int, sums: Int) -> Floats {
        Kernels.attentionGradient(run(g), run(x), logSums: run(sums), attentionShape)
    }

    /// Of two rows of three classes.
    private static func crossEntropy(labels: [Int]) -> Float {
        Kernels.crossEntropy(run(6), classes: 3, labels: labels, smoothing: 0.1).sum
    }

    private static func crossEntropyGradient(labels: [Int], sums: Int = 2) -> Floats {
        Kernels.crossEntropyGradient(
            run(6), classes: 3, labels: labels, smoothing: 0.1, logSums: run(sums), factor: 1)
    }

    /// Of two rows of three, with the moments of some.
    private static func normalizationGradient(g: Int, rows: Int) -> Floats {
        let moments = Kernels.normalizeRows(
            run(3 * rows), scale: run(3), shift: run(3), epsilon: 1e-5
        ).moments
        return Kernels.normalizeRowsGradient(run(g), run(6), scale: run(3), moments: moments).input
    }
}

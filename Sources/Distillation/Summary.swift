import CohortGraph
import NeuralNetwork

/// What both sides of a loss are summarised to: the teacher's travels, the learner's is
/// differentiated.
///
/// N samples come first in every shape; F is the activation of a tap, flattened to N×D.
public enum Summary: String, CaseIterable, Sendable {
    /// N×classes, of no tap.
    case logits
    /// The activation as it is, N×C×H×W; N×D counts as N×D×1×1.
    case map
    /// Several activations as they are, each flattened, one after another: N×(D₁ + D₂ + …).
    case maps
    /// Σ A² over channels / C, N×H×W. It is not normalised yet, so that sizes can be matched.
    case attention
    /// The mean over H×W, N×C.
    case embedding
    /// F·Fᵀ with rows of norm 1, N×N (Tung and Mori 2019).
    case similarity
    /// Distances of the rows of F by the mean of those that are positive, N×N (Park et al. 2019).
    case distances
    /// (1 + cosine) / 2 of the rows of F, divided by its sum in each row, N×N (Passalis and Tefas
    /// 2018).
    case affinity
    /// F₁ᵀF₂ / (h·w) of two taps, N×C₁×C₂; of two sizes the larger is averaged down.
    case flow
    /// The same; of two sizes the larger is max-pooled (Yim et al. 2017).
    case maxFlow = "max-flow"

    /// How many activations it is made of; logits are no tap, and ``maps`` are at least one.
    public var tapCount: Int {
        switch self {
        case .logits: 0
        case .flow, .maxFlow: 2
        default: 1
        }
    }

    /// What a message with it teaches with. Embeddings of any width are compared only through how
    /// samples relate.
    public var kind: KnowledgeKind {
        switch self {
        case .logits: .response
        case .map, .maps, .attention, .flow, .maxFlow: .feature
        case .embedding, .similarity, .distances, .affinity: .relation
        }
    }

    /// Summarises the logits, or one activation for each tap.
    public func callAsFunction(_ activations: [Variable]) -> Variable {
        let x = activations[0]
        return switch self {
        case .logits: x
        case .map: x.asMap
        case .maps: .concatenating(columns: activations.map { $0.flattened() })
        case .attention: x.attention
        case .embedding: x.asMap.globalAveragePool()
        case .similarity: x.similarity
        case .distances: x.relativeDistances
        case .affinity: x.affinity
        case .flow: x.flow(to: activations[1]) { $0.pooled(to: $1) }
        case .maxFlow: x.flow(to: activations[1]) { $0.maxPooled(to: $1) }
        }
    }

    /// The shape of a batch's summary, by that of another batch's.
    public func shape(samples: Int, like shape: [Int]) -> [Int] {
        switch self {
        case .similarity, .distances, .affinity: [samples, samples]
        default: [samples] + shape.dropFirst()
        }
    }

    /// Why activations of these shapes cannot be summarised, or nil; the sample dimension is first.
    public func objection(to shapes: [[Int]]) -> String? {
        guard shapes.count == max(1, tapCount) || self == .maps && !shapes.isEmpty else {
            return "\(rawValue) takes \(max(1, tapCount)) activations, not \(shapes.count)"
        }
        let isLogits = self == .logits
        if let odd = shapes.first(where: { $0.count != 2 && (isLogits || $0.count != 4) }) {
            return "\(rawValue) takes \(isLogits ? "classes" : "D or C×H×W") a sample,"
                + " not \(odd.extents)"
        }
        guard self == .attention || tapCount == 2 else { return nil }
        if let flat = shapes.first(where: { $0.count != 4 }) {
            return "\(rawValue) takes images C×H×W, not \(flat.extents)"
        }
        guard tapCount == 2, poolingFactor(from: shapes[0], to: shapes[1]) == nil,
            poolingFactor(from: shapes[1], to: shapes[0]) == nil
        else { return nil }
        return "\(rawValue) takes images of one size, or one a whole multiple of the other,"
            + " not \(shapes[0].extents) and \(shapes[1].extents)"
    }
}

extension Variable {
    /// Matrices N×D₁, N×D₂, … side by side, N×(D₁ + D₂ + …).
    static func concatenating(columns parts: [Variable]) -> Variable {
        concatenating(parts.map { $0.transposed() }).transposed()
    }

    /// N×D as N×D×1×1.
    fileprivate var asMap: Variable { shape.count == 2 ? reshaped(shape + [1, 1]) : self }

    fileprivate var attention: Variable {
        squared().mean(along: [1]).reshaped([shape[0], shape[2], shape[3]])
    }

    fileprivate var similarity: Variable {
        let rows = flattened()
        return rows.matmul(rows.transposed()).normalizedRows()
    }

    fileprivate var relativeDistances: Variable {
        let distances = flattened().rowDistances()
        let positive = distances.value.values.count { $0 > 0 }
        return positive == 0 ? distances : distances / (distances.sum() / Float(positive))
    }

    fileprivate var affinity: Variable {
        let rows = flattened().normalizedRows()
        let kernel = ((rows.matmul(rows.transposed()) + 1) / 2).map(.atLeast(0))
        return kernel / kernel.sum(along: [1])
    }

    /// - Parameter pool: an image at the height and width of a shape, where it is larger.
    fileprivate func flow(
        to other: Variable, _ pool: (_ image: Variable, _ shape: [Int]) -> Variable
    ) -> Variable {
        let (first, second) = (pool(self, other.shape), pool(other, shape))
        let size = first.shape[2] * first.shape[3]
        let (n, c1, c2) = (shape[0], shape[1], other.shape[1])
        let products = first.reshaped([n, c1, size])
            .batchedMatmul(second.reshaped([n, c2, size]).permuted([0, 2, 1]))
        return products / Float(size)
    }
}

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
    /// The means over H×W of several activations, one after another: N×(C₁ + C₂ + …).
    case means
    /// The first pixels of several activations, which are the first positions of sequences, one
    /// after another: N×(C₁ + C₂ + …).
    case firsts = "first-positions"
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
    /// ‖F_i − F_j‖² of means over H×W, divided by the largest as by a constant, N×N (Liu et al.
    /// 2019).
    case squaredDistances = "squared-distances"
    /// ‖F₂ − F₁‖² of each sample's means over H×W at two taps of one width, divided likewise, N×1
    /// (Liu et al. 2019).
    case transformation
    /// The first four right singular vectors of the map H·W×C of several taps, one tap after
    /// another: N×(4·C₁ + 4·C₂ + …). The elements of each add up to no negative number; of a map
    /// that has fewer, the others are zero.
    case singularVectors = "singular-vectors"
    /// F₁ᵀF₂ / (h·w) of two taps, N×C₁×C₂; of two sizes the larger is averaged down.
    case flow
    /// The same; of two sizes the larger is max-pooled (Yim et al. 2017).
    case maxFlow = "max-flow"
    /// How far the moments of the batch are from the running ones of each batch normalization, of
    /// the mean and of the variance: layers×2, of no tap and of no single sample (Yin et al. 2020).
    case moments
    /// The same of the first half of the samples: the global views, where a generator shows each
    /// sample in two (Fang et al. 2021).
    case globalMoments = "global-moments"
    /// The samples themselves, N×C×H×W, of no tap.
    case samples

    /// How many activations it is made of; logits are no tap, and what is of several activations is
    /// of at least one.
    public var tapCount: Int {
        switch self {
        case .logits, .moments, .globalMoments, .samples: 0
        case .flow, .maxFlow, .transformation: 2
        default: 1
        }
    }

    /// What a message with it teaches with. Embeddings of any width are compared only through how
    /// samples relate.
    public var kind: KnowledgeKind {
        switch self {
        case .logits: .response
        case .map, .maps, .means, .firsts, .attention, .flow, .maxFlow, .singularVectors, .moments,
            .globalMoments:
            .feature
        case .samples: .inputs
        case .embedding, .similarity, .distances, .affinity, .squaredDistances, .transformation:
            .relation
        }
    }

    /// Summarises one activation for each tap; what is of no tap is taken as it is.
    public func callAsFunction(_ activations: [Variable]) -> Variable {
        let x = activations[0]
        return switch self {
        case .logits, .moments, .globalMoments, .samples: x
        case .map: x.asMap
        case .maps: .concatenating(columns: activations.map { $0.flattened() })
        case .means: .concatenating(columns: activations.map { $0.asMap.globalAveragePool() })
        case .firsts: .concatenating(columns: activations.map(\.firstPosition))
        case .attention: x.attention
        case .embedding: x.asMap.globalAveragePool()
        case .similarity: x.similarity
        case .distances: x.relativeDistances
        case .affinity: x.affinity
        case .squaredDistances: x.squaredDistances
        case .transformation: x.transformation(to: activations[1])
        case .singularVectors: .concatenating(columns: activations.map(\.singularVectors))
        case .flow: x.flow(to: activations[1]) { $0.pooled(to: $1) }
        case .maxFlow: x.flow(to: activations[1]) { $0.maxPooled(to: $1) }
        }
    }

    /// The shape of a batch's summary, by that of another batch's.
    public func shape(samples: Int, like shape: [Int]) -> [Int] {
        switch self {
        case .similarity, .distances, .affinity, .squaredDistances: [samples, samples]
        case .moments, .globalMoments: shape
        default: [samples] + shape.dropFirst()
        }
    }

    /// Whether it is of any number of taps.
    private var takesSeveral: Bool {
        [.maps, .means, .firsts, .singularVectors].contains(self)
    }
    /// Whether its first dimension counts layers, not samples.
    public var isOfLayers: Bool { self == .moments || self == .globalMoments }

    /// Whether both taps must be images of one size, or become so.
    private var tapsAreImages: Bool { self == .flow || self == .maxFlow }

    /// Why activations of these shapes cannot be summarised, or nil; the sample dimension is first.
    public func objection(to shapes: [[Int]]) -> String? {
        if isOfLayers || self == .samples { return "\(rawValue) takes no activations" }
        guard shapes.count == max(1, tapCount) || takesSeveral && !shapes.isEmpty else {
            return "\(rawValue) takes \(max(1, tapCount)) activations, not \(shapes.count)"
        }
        let isLogits = self == .logits
        if let odd = shapes.first(where: { $0.count != 2 && (isLogits || $0.count != 4) }) {
            return "\(rawValue) takes \(isLogits ? "classes" : "D or C×H×W") a sample,"
                + " not \(odd.extents)"
        }
        if self == .transformation, shapes[0][1] != shapes[1][1] {
            return "\(rawValue) takes two places of one width, as the blocks of a stage have"
                + " (layer1.0 and layer1), not \(shapes[0].extents) and \(shapes[1].extents)"
        }
        guard self == .attention || tapsAreImages else { return nil }
        if let flat = shapes.first(where: { $0.count != 4 }) {
            return "\(rawValue) takes images C×H×W, not \(flat.extents)"
        }
        guard tapsAreImages, poolingFactor(from: shapes[0], to: shapes[1]) == nil,
            poolingFactor(from: shapes[1], to: shapes[0]) == nil
        else { return nil }
        return "\(rawValue) takes images of one size, or one a whole multiple of the other,"
            + " not \(shapes[0].extents) and \(shapes[1].extents)"
    }
}

extension Variable {
    /// N×D as N×D×1×1.
    var asMap: Variable { shape.count == 2 ? reshaped(shape + [1, 1]) : self }

    /// The first pixel of N×C×H×W, N×C.
    fileprivate var firstPosition: Variable {
        let map = asMap
        let (count, channels) = (map.shape[0], map.shape[1])
        return map.reshaped([count, channels, map.shape[2] * map.shape[3]]).permuted([2, 0, 1])
            .rows(0..<1).reshaped([count, channels])
    }

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

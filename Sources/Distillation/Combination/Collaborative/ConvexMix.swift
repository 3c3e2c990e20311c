import Foundation
import NeuralNetwork

/// The convex mix of logits with the lowest cross-entropy, KDCL's linear target.
///
/// The cross-entropy is convex in the weights. Each round minimises its quadratic model over the
/// simplex and goes as far there as helps.
struct ConvexMix {
    /// Each one's z_j − z_y, y the label: N×classes, row-major.
    private let margins: [[Double]]
    private let samples: Int
    private let classes: Int

    private static let rounds = 20
    private static let modelSteps = 400

    /// From the logits of each, N×classes.
    init(of all: [Tensor], labels: [Int]) {
        (samples, classes) = (all[0].shape[0], all[0].shape[1])
        let width = classes
        margins = all.map { logits in
            let z = logits.values
            return z.indices.map { place in
                let row = place / width
                return Double(z[place]) - Double(z[row * width + labels[row]])
            }
        }
    }

    /// The best weights, of sum 1 and none negative.
    func weights() -> [Double] {
        var (weights, loss) = start
        for _ in 0..<Self.rounds {
            let (gradient, curvature) = derivatives(weights)
            let goal = modelMinimum(weights, gradient, curvature)
            guard let next = descend(from: weights, to: goal, below: loss) else { break }
            (weights, loss) = next
        }
        return weights
    }

    /// Equal weights, or one member alone if that is better.
    private var start: (weights: [Double], loss: Double) {
        let members = margins.indices
        let equal = members.map { _ in 1 / Double(margins.count) }
        return members.map { one in members.map { $0 == one ? 1 : 0 } }
            .map { (weights: $0, loss: crossEntropy($0)) }
            .reduce((equal, crossEntropy(equal))) { $1.loss < $0.1 ? $1 : $0 }
    }

    /// The first of ever shorter ways to `goal` that lowers the cross-entropy by more than rounding
    /// does; nil where none does.
    private func descend(
        from weights: [Double], to goal: [Double], below loss: Double
    ) -> (weights: [Double], loss: Double)? {
        var share = 1.0
        while share > 1e-6 {
            let moved = zip(weights, goal).map { $0 + share * ($1 - $0) }
            let reached = crossEntropy(moved)
            if reached < loss * (1 - 1e-12) { return (moved, reached) }
            share /= 4
        }
        return nil
    }

    /// The mixed margins of a sample.
    private func mixed(_ weights: [Double], _ sample: Int) -> [Double] {
        (sample * classes..<(sample + 1) * classes).map { place in
            zip(weights, margins).reduce(0) { $0 + $1.0 * $1.1[place] }
        }
    }

    private func crossEntropy(_ weights: [Double]) -> Double {
        let total = (0..<samples).reduce(0.0) { $0 + logSumExponentials(mixed(weights, $1)) }
        return total / Double(samples)
    }

    /// The gradient and the Hessian in the weights.
    private func derivatives(
        _ weights: [Double]
    ) -> (gradient: [Double], curvature: [[Double]]) {
        let members = margins.indices
        var gradient = members.map { _ in 0.0 }
        var curvature = members.map { _ in members.map { _ in 0.0 } }
        for sample in 0..<samples {
            let p = softmax(mixed(weights, sample))
            let first = sample * classes
            let means = margins.map { m in p.indices.reduce(0) { $0 + p[$1] * m[first + $1] } }
            for a in members {
                gradient[a] += means[a] / Double(samples)
                for b in members {
                    let covariance = p.indices.reduce(0.0) { sum, j in
                        sum + p[j] * (margins[a][first + j] - means[a])
                            * (margins[b][first + j] - means[b])
                    }
                    curvature[a][b] += covariance / Double(samples)
                }
            }
        }
        return (gradient, curvature)
    }

    /// Minimises g·(v − w) + ½(v − w)ᵀH(v − w) over the simplex by projected gradient steps.
    private func modelMinimum(
        _ weights: [Double], _ gradient: [Double], _ curvature: [[Double]]
    ) -> [Double] {
        let trace = curvature.indices.reduce(0) { $0 + curvature[$1][$1] }
        let scale = max(trace, 1e-9 * (gradient.map(abs).max() ?? 0), .leastNormalMagnitude)
        var v = weights
        for _ in 0..<Self.modelSteps {
            let moved = v.indices.map { a in
                let slope = v.indices.reduce(gradient[a]) {
                    $0 + curvature[a][$1] * (v[$1] - weights[$1])
                }
                return v[a] - slope / scale
            }
            v = nearestOnSimplex(moved)
        }
        return v
    }
}

/// The nearest point with no negative coordinate and the sum 1 (Held et al. 1974).
private func nearestOnSimplex(_ point: [Double]) -> [Double] {
    var (sum, shift) = (0.0, 0.0)
    for (index, x) in point.sorted(by: >).enumerated() {
        sum += x
        let candidate = (sum - 1) / Double(index + 1)
        if x > candidate { shift = candidate }
    }
    return point.map { max($0 - shift, 0) }
}

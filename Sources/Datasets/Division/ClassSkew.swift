import Bytes
import Foundation

/// How unevenly learners have the classes: each learner's shares of them are a draw from the
/// symmetric Dirichlet distribution, as federated learning is tested with (Hsu et al. 2019).
///
/// The smaller the concentration, the fewer classes a learner has: with 0.1 mostly one or two of
/// ten, with 100 nearly the same number of each.
struct ClassSkew {
    /// More than 0.
    let concentration: Double
    let key: RandomKey

    /// The shares of a part, in units of 2⁻²⁰ and each rounded to the nearest, halves up.
    func weights(ofPart part: Int, classCount: Int) -> [Int] {
        let numbers = (0..<classCount).map { logGamma(key.child(part).child($0)) }
        let largest = numbers.max() ?? 0
        let shares = numbers.map { exp($0 - largest) }
        let sum = shares.reduce(0, +)
        return shares.map { Int(($0 / sum * 1_048_576 + 0.5).rounded(.down)) }
    }

    /// The logarithm of a draw from the Gamma distribution of this shape and of scale 1.
    ///
    /// Marsaglia and Tsang's method (2000), for the shape plus 1, times u^(1/shape). A logarithm,
    /// since a draw of a small shape is often less than the least number.
    private func logGamma(_ key: RandomKey) -> Double {
        let d = concentration + 2.0 / 3
        let scale = 1 / (9 * d).squareRoot()
        for attempt in 0... {
            let radius = (-2 * log(uniform(key, 3 * attempt))).squareRoot()
            let x = radius * cos(2 * .pi * uniform(key, 3 * attempt + 1))
            let root = 1 + scale * x
            guard root > 0 else { continue }
            let v = root * root * root
            guard log(uniform(key, 3 * attempt + 2)) < x * x / 2 + d - d * v + d * log(v) else {
                continue
            }
            return log(d * v) + log(uniform(key.child("boost"), 0)) / concentration
        }
        preconditionFailure("one attempt of many is accepted")
    }

    /// A number between 0 and 1, neither of them included.
    private func uniform(_ key: RandomKey, _ counter: Int) -> Double {
        (Double(key.bits(at: counter) >> 11) + 0.5) / 0x1p53
    }
}

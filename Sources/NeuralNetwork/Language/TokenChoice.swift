import Bytes
import Foundation

/// How the next token is chosen by its logits.
public struct TokenChoice: Hashable, Sendable {
    /// Divides the logits; 0 takes the most probable token.
    public var temperature: Double
    /// How many of the most probable tokens are drawn from; nil for all.
    public var most: Int?

    /// - Precondition: the temperature is at least 0, and `most` at least 1.
    public init(temperature: Double = 1, most: Int? = nil) {
        precondition(temperature >= 0 && most ?? 1 >= 1, "a temperature below 0, or no token")
        self.temperature = temperature
        self.most = most
    }

    /// The most probable token.
    public static let greedy = TokenChoice(temperature: 0)

    /// The token of a row of logits.
    ///
    /// - Parameter uniform: in 0..<1, which decides; the same number gives the same token.
    func callAsFunction(_ logits: some Collection<Float>, _ uniform: Float) -> Int {
        let logits = Array(logits)
        let peak = logits.max() ?? 0
        guard temperature > 0 else { return logits.firstIndex(of: peak) ?? 0 }
        let candidates = candidates(logits)
        let weights = candidates.map { exp(Double(logits[$0] - peak) / temperature) }
        var rest = Double(uniform) * weights.reduce(0, +)
        for (token, weight) in zip(candidates, weights) {
            rest -= weight
            if rest < 0 { return token }
        }
        return candidates[candidates.count - 1]
    }

    /// The tokens that are drawn from, in ascending order; of equally probable ones the first.
    private func candidates(_ logits: [Float]) -> [Int] {
        guard let most, most < logits.count else { return Array(logits.indices) }
        let order = logits.indices.sorted {
            (logits[$0], $1) > (logits[$1], $0)
        }
        return order.prefix(most).sorted()
    }
}

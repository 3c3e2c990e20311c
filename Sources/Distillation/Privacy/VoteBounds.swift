import Foundation

/// Bounds of what one noisy vote costs, all in logarithms: without regard to the votes, and by the
/// votes themselves, which makes a bound private.
package enum VoteBounds {
    /// The moment of order l of a (2γ, 0)-differentially private answer, whatever the votes.
    package static func moment(gamma: Double, order l: Double) -> Double {
        min(2 * gamma * gamma * l * (l + 1), 2 * gamma * l)
    }

    /// The same where log q bounds the probability that not the most votes win (Papernot et al.
    /// 2017, theorem 3).
    package static func moment(_ logQ: Double, gamma: Double, order l: Double) -> Double {
        let whatever = moment(gamma: gamma, order: l)
        let cost = 2 * gamma
        guard logQ < -Foundation.log(Foundation.exp(cost) + 1) else { return whatever }
        let logP = log1mexp(logQ)
        let first = logP + l * (logP - log1mexp(cost + logQ))
        return min(whatever, logSumExponentials([first, logQ + cost * l]))
    }

    /// The log of a bound of the probability that Laplace noise makes another than the most votes
    /// win (Papernot et al. 2017, lemma 4).
    package static func logMiss(laplace votes: [Int], scale: Double) -> Double {
        logMiss(votes) { gap in
            Foundation.log((2 + gap / scale) / 4) - gap / scale
        }
    }

    /// The same of normal noise (Papernot et al. 2018, proposition 7).
    package static func logMiss(normal votes: [Int], sigma: Double) -> Double {
        logMiss(votes) { logNormalTail($0 / (sigma * 2.0.squareRoot())) }
    }

    /// - Parameter loses: the log of the probability that a class wins that has so many votes less.
    private static func logMiss(_ votes: [Int], _ loses: (_ gap: Double) -> Double) -> Double {
        guard votes.count > 1, let most = votes.max(), let place = votes.firstIndex(of: most)
        else { return -.infinity }
        let terms = votes.indices.filter { $0 != place }.map { loses(Double(most - votes[$0])) }
        return min(logSumExponentials(terms), Foundation.log(1 - 1 / Double(votes.count)))
    }

    /// The Rényi divergence of order λ of an answer under normal noise, where log q bounds the
    /// probability of any other outcome than the likeliest (Papernot et al. 2018, theorem 6 with
    /// the orders of proposition 10).
    package static func divergence(_ logQ: Double, sigma: Double, order: Double) -> Double {
        let variance = sigma * sigma
        let whatever = order / variance
        guard logQ > -.infinity else { return 0 }
        let second = (variance * -logQ).squareRoot()
        let first = second + 1
        guard second > 1, order <= first else { return whatever }
        let most =
            (second - 1) * second / variance
            - second * (Foundation.log1p(1 / (first - 1)) + Foundation.log1p(1 / (second - 1)))
        guard logQ <= most, -logQ > second / variance else { return whatever }
        let logP = log1mexp(logQ)
        let a = logP - log1mexp((logQ + second / variance) * (1 - 1 / second))
        let b = first / variance - logQ / (first - 1)
        let sum = logSumExponentials([logP + (order - 1) * a, logQ + (order - 1) * b])
        return min(whatever, max(0, sum / (order - 1)))
    }

    /// The log of the probability of the rarer outcome where so many votes are held against a
    /// threshold under normal noise.
    package static func logRarer(
        ofPassing threshold: Double, with most: Double, sigma: Double
    ) -> Double {
        let distance = (threshold - most) / sigma
        return min(logNormalTail(distance), logNormalTail(-distance))
    }

    /// log P(X > x) of the standard normal distribution.
    package static func logNormalTail(_ x: Double) -> Double {
        let scaled = x / 2.0.squareRoot()
        guard scaled > 20 else { return Foundation.log(erfc(scaled) / 2) }
        // The asymptotic series of erfc, whose next term is below 1e-8.
        let inverse = 1 / (2 * scaled * scaled)
        return -scaled * scaled - Foundation.log(2 * scaled * Double.pi.squareRoot())
            + Foundation.log1p(-inverse + 3 * inverse * inverse)
    }

    /// log(1 − e^x) of x ≤ 0.
    package static func log1mexp(_ x: Double) -> Double {
        x < -1 ? Foundation.log1p(-Foundation.exp(x)) : Foundation.log(-Foundation.expm1(x))
    }
}

import CohortGraph
import Foundation
import Options

/// *Scalable Private Learning with PATE* (Papernot et al. 2018), called Confident-GNMax: a sample
/// gets an answer only where max n + N(0, σ₁²) reaches the threshold; then it is
/// argmax_j n_j + N(0, σ₂²), n_j the votes for class j.
///
/// The Rényi divergence of order λ is at most λ/(2σ₁²) for each query and λ/σ₂² more for each
/// answer. With ρ = queries/(2σ₁²) + answers/σ₂², ε = min over λ of λρ + ln(1/δ)/(λ − 1), which is
/// ρ + 2·√(ρ·ln 1/δ). How many answers there are is itself an answer; a limit on ρ that is fixed
/// beforehand holds all the same (*Individual Privacy Accounting via a Rényi Filter*, Feldman and
/// Zrnic 2021).
struct ConfidentVote: PrivateVote, Configurable {
    static let name = "confident-gnmax"
    static let summary =
        "PATE: the most votes under normal noise, where enough agree (Papernot et al. 2018)"

    /// The orders at which the votes themselves bound the cost.
    static let orders = (0..<44).map { 1 + Foundation.exp2(Double($0) / 4) }

    let threshold: Double
    let checkNoise: Double
    let answerNoise: Double
    let delta: Double
    let limit: Double
    let boundsByVotes: Bool
    let isSecret: Bool

    init(options: inout OptionReader) throws(SettingError) {
        threshold = options.value(
            "threshold", default: 200, in: 0...1e6, help: "votes that must agree, before noise")
        checkNoise = options.value(
            "sigma1", default: 150, in: 0.01...1e6, help: "of the threshold's noise, in votes")
        answerNoise = options.value(
            "sigma2", default: 40, in: 0.01...1e6, help: "of the answer's noise, in votes")
        (limit, delta, boundsByVotes, isSecret) = options.privacy()
    }

    func answer(_ votes: [Int], _ noise: inout Noise, spent: inout VoteCosts) -> Int? {
        let most = Double(votes.max() ?? 0)
        if boundsByVotes {
            let logQ = VoteBounds.logRarer(ofPassing: threshold, with: most, sigma: checkNoise)
            let sigma = checkNoise * 2.0.squareRoot()
            spent.add(
                byVotes: Self.orders.map {
                    VoteBounds.divergence(logQ, sigma: sigma, order: $0)
                })
        }
        guard most + noise.normal(deviation: checkNoise) >= threshold else { return nil }
        if boundsByVotes {
            let logQ = VoteBounds.logMiss(normal: votes, sigma: answerNoise)
            spent.add(
                byVotes: Self.orders.map {
                    VoteBounds.divergence(logQ, sigma: answerNoise, order: $0)
                })
        }
        return votes.noisyArgmax { noise.normal(deviation: answerNoise) }
    }

    func epsilon(of spent: VoteCosts) -> Double {
        let rho =
            Double(spent.queries) / (2 * checkNoise * checkNoise)
            + Double(spent.answers) / (answerNoise * answerNoise)
        return rho + 2 * (rho * Foundation.log(1 / delta)).squareRoot()
    }

    func epsilonByVotes(of spent: VoteCosts) -> Double {
        zip(Self.orders, spent.byVotes).map { $1 + Foundation.log(1 / delta) / ($0 - 1) }.min()
            ?? 0
    }

    func worstCase(after spent: VoteCosts) -> VoteCosts {
        var next = spent
        next.queries += 1
        next.answers += 1
        return next
    }
}

extension [Int] {
    /// The place of the largest under noise, a number for each.
    func noisyArgmax(_ noise: () -> Double) -> Int {
        let noisy = map { Double($0) + noise() }
        return noisy.indices.max { noisy[$0] < noisy[$1] } ?? 0
    }
}

extension OptionReader {
    /// The options that every private vote has.
    mutating func privacy() -> (
        limit: Double, delta: Double, boundsByVotes: Bool, isSecret: Bool
    ) {
        let limit = value(
            "epsilon", default: 3, in: 0.001...1e6, help: "ε at which nothing more is answered")
        let delta = value(
            "delta", default: 1e-5, in: 1e-300...0.5, help: "δ, below 1 / private samples")
        let noise = choice("noise", default: NoiseOrigin.system)
        let boundsByVotes = flag(
            "by-votes", default: false, help: "also bound ε by the votes: private, log only")
        return (limit, delta, boundsByVotes, noise == .system)
    }
}

/// Where the key of the noise comes from.
enum NoiseOrigin: String, CaseIterable {
    /// The operating system's cryptographic generator, once; kept beside the checkpoints.
    case system
    /// The run's seed, for experiments: there is no guarantee towards whoever knows the seed.
    case seeded
}

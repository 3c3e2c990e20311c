import CohortGraph
import Foundation
import Options

/// *Semi-supervised Knowledge Transfer for Deep Learning from Private Training Data* (Papernot et
/// al. 2017), called LNMax: argmax_j n_j + Lap(b), n_j the votes for class j.
///
/// With γ = 1/b each query is (2γ, 0)-differentially private. Its moment of order l is at most
/// min(2γ²·l·(l + 1), 2γ·l), and ε = min over l of (Σ moments + ln 1/δ) / l.
struct LaplaceVote: PrivateVote, Configurable {
    static let name = "lnmax"
    static let summary = "PATE: the most votes under Laplace noise (Papernot et al. 2017)"

    /// The orders of moments; the authors' code stops at 8.
    static let orders = (1...64).map { Double($0) }

    let scale: Double
    let delta: Double
    let limit: Double
    let boundsByVotes: Bool
    let isSecret: Bool

    init(options: inout OptionReader) throws(SettingError) {
        scale = options.value(
            "scale", default: 20, in: 0.01...1e6, help: "b of the noise, in votes")
        (limit, delta, boundsByVotes, isSecret) = options.privacy()
    }

    func answer(_ votes: [Int], _ noise: inout Noise, spent: inout VoteCosts) -> Int? {
        if boundsByVotes {
            let logQ = VoteBounds.logMiss(laplace: votes, scale: scale)
            spent.add(
                byVotes: Self.orders.map { VoteBounds.moment(logQ, gamma: 1 / scale, order: $0) })
        }
        return votes.noisyArgmax { noise.laplace(scale: scale) }
    }

    func epsilon(of spent: VoteCosts) -> Double {
        epsilon(
            moments: Self.orders.map { order in
                Double(spent.queries) * VoteBounds.moment(gamma: 1 / scale, order: order)
            }, spent)
    }

    func epsilonByVotes(of spent: VoteCosts) -> Double {
        epsilon(moments: spent.byVotes, spent)
    }

    private func epsilon(moments: [Double], _ spent: VoteCosts) -> Double {
        guard spent.queries > 0 else { return 0 }
        return zip(Self.orders, moments).map { ($1 + Foundation.log(1 / delta)) / $0 }.min() ?? 0
    }

    func worstCase(after spent: VoteCosts) -> VoteCosts {
        var next = spent
        next.queries += 1
        return next
    }
}

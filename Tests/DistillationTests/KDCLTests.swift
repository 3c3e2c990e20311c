import Distillation
import NeuralNetwork
import Testing

/// What KDCL's targets do where the paper's formulas alone would not serve.
@Suite(.timeLimit(.minutes(1)))
struct KDCLTests {
    private func shares(
        _ name: String, _ covariance: [[Double]]? = nil, scale: Float = 1
    ) throws -> [Double] {
        let prepared = try PreparedCombination(name, teachers: 2)
        let memory = covariance.map { TermMemory(ErrorCovariance(rows: $0)) } ?? TermMemory()
        let found = try prepared.differentiated(
            normal([3, 4], 1, scale: scale),
            [normal([3, 4], 2, scale: scale), normal([3, 4], 3, scale: scale)],
            by: try Losses.registry.make("kd"), LossContext(labels: [0, 1, 2]), memory: memory)
        return try #require(found.shares)
    }

    @Test(arguments: [
        nil, [[1, 1, 1], [1, 1, 1], [1, 1, 1]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
        [[.nan, 0, 0], [0, 1, 0], [0, 0, 1]],
    ])
    func weighsAllAlikeWithoutACovarianceThatTellsThemApart(_ covariance: [[Double]]?) throws {
        for share in try shares("kdcl-general", covariance) { #expect(abs(share - 1 / 3) < 1e-6) }
    }

    /// Unconstrained, the first would have a negative weight: its errors are the second's and more.
    @Test func leavesOutWhoAddsNothingButError() throws {
        let found = try shares("kdcl-general", [[4, 1.5, 0], [1.5, 1, 0], [0, 0, 1]])
        #expect(found[0] == 0)
        #expect(abs(found[1] - 0.5) < 1e-6 && abs(found[2] - 0.5) < 1e-6)
    }

    /// The best mix of logits cannot be worse on the batch than the best of them.
    @Test(arguments: [1, 30, 1e6] as [Float])
    func linearMixIsAtLeastAsGoodAsTheBest(scale: Float) throws {
        let all = [UInt64(1), 2, 3].map { normal([3, 4], $0, scale: scale) }
        let shares = try shares("kdcl-linear", scale: scale)
        let mixed = all[0].values.indices.map { place in
            zip(shares, all).reduce(Float(0)) { $0 + Float($1.0) * $1.1.values[place] }
        }
        func loss(_ z: Tensor) -> Float { Variable(z).crossEntropy([0, 1, 2]).value.scalar }
        let least = try #require(all.map(loss).min())
        #expect(loss(Tensor(shape: [3, 4], values: mixed)) <= least * (1 + 1e-5))
    }
}

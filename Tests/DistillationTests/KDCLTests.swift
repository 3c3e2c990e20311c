import Distillation
import NeuralNetwork
import Options
import Testing

/// What KDCL's targets do where the paper's formulas alone would not serve, and what they are not.
@Suite(.timeLimit(.minutes(1)))
struct KDCLTests {
    private static let nonNegative = setting(["weights": "non-negative"])

    private func shares(
        _ name: String, _ options: Setting? = nil, _ covariance: [[Double]]? = nil,
        members: Int = 3, scale: Float = 1
    ) throws -> [Double] {
        let prepared = try PreparedCombination(name, options: options, teachers: members - 1)
        let memory = covariance.map { TermMemory(ErrorCovariance(rows: $0)) } ?? TermMemory()
        let found = try prepared.differentiated(
            normal([3, 4], 1, scale: scale),
            (1..<members).map { normal([3, 4], UInt64($0) + 1, scale: scale) },
            by: try Losses.registry.make("kd"), LossContext(labels: [0, 1, 2]), memory: memory)
        return try #require(found.shares)
    }

    @Test(
        arguments: [
            nil, [[1, 1, 1], [1, 1, 1], [1, 1, 1]], [[0, 0, 0], [0, 0, 0], [0, 0, 0]],
            [[.nan, 0, 0], [0, 1, 0], [0, 0, 1]], [[.infinity, 0, 0], [0, 1, 0], [0, 0, 1]],
        ], [nil, nonNegative])
    func weighsAllAlikeWithoutACovarianceThatTellsThemApart(
        _ covariance: [[Double]]?, options: Setting?
    ) throws {
        let found = try shares("kdcl-general", options, covariance)
        for share in found { #expect(abs(share - 1 / 3) < 1e-6) }
    }

    private static let burdened = [[4, 1.5, 0], [1.5, 1, 0], [0, 0, 1]]

    /// The errors of the first are the second's and more: the paper subtracts it.
    @Test func thePaperSubtractsWhoAddsErrorToAnother() throws {
        let found = try shares("kdcl-general", nil, Self.burdened)
        // C·w is the same for all.
        let products = Self.burdened.map { row in zip(row, found).reduce(0) { $0 + $1.0 * $1.1 } }
        #expect(found[0] < 0)
        #expect(abs(found.reduce(0, +) - 1) < 1e-9)
        for product in products { #expect(abs(product - products[0]) < 1e-6) }
    }

    @Test func nonNegativeWeightsLeaveOutWhoAddsNothingButError() throws {
        let found = try shares("kdcl-general", Self.nonNegative, Self.burdened)
        #expect(found[0] == 0)
        #expect(abs(found[1] - 0.5) < 1e-6 && abs(found[2] - 0.5) < 1e-6)
    }

    /// Of many members too, nobody can be weighed otherwise for less error: the conditions of
    /// optimality hold.
    @Test(arguments: [2, 5, 12, 24])
    func nonNegativeWeightsAreTheBest(members: Int) throws {
        for seed in 0..<20 as Range<UInt64> {
            let errors = normal([members + 2, members + 1], seed).values.map { Double($0) }
            // All share an error, so that many weights of the paper are negative.
            let rows = (0..<members).map { member in
                (0..<members + 2).map { sample in
                    errors[sample * (members + 1) + member] + 2
                        * errors[sample * (members + 1) + members]
                }
            }
            let covariance = rows.map { a in
                rows.map { b in zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
            }
            let found = try shares(
                "kdcl-general", Self.nonNegative, covariance, members: members)
            let slopes = covariance.map { row in zip(row, found).reduce(0) { $0 + $1.0 * $1.1 } }
            let error = zip(slopes, found).reduce(0) { $0 + $1.0 * $1.1 }
            #expect(abs(found.reduce(0, +) - 1) < 1e-9)
            for (weight, slope) in zip(found, slopes) {
                #expect(weight >= 0)
                #expect(
                    weight > 0
                        ? abs(slope - error) < 1e-6 * (1 + error) : slope > error * (1 - 1e-6))
            }
        }
    }

    /// A large ε makes members alike.
    @Test func epsilonDrawsTheWeightsTogether() throws {
        let plain = try shares("kdcl-general", nil, Self.burdened)
        let drawn = try shares("kdcl-general", setting(["epsilon": "1"]), Self.burdened)
        #expect(drawn[0] > plain[0] && drawn[1] < plain[1])
    }

    /// Two members, each better on one of the samples.
    @Test func theBestIsChosenForEachSampleUnlessTheBatchIsAskedFor() throws {
        let student = Tensor(shape: [2, 2], values: [5, 0, 1, 0])
        let teacher = Tensor(shape: [2, 2], values: [1, 0, 0, 2])
        func found(_ options: Setting?) throws -> PreparedCombination.Result {
            try PreparedCombination("kdcl-naive", options: options, teachers: 1).differentiated(
                student, [teacher], by: try Losses.registry.make("kd"), LossContext(labels: [0, 1]))
        }
        let each = try found(nil)
        #expect(each.shares == [0.5, 0.5])
        // Of the first sample the learner is the best itself, and nothing draws it.
        let gradient = try #require(each.gradient).values
        #expect(gradient[0] == 0 && gradient[1] == 0 && gradient[2] > 0)
        let batch = try found(setting(["of": "batch"]))
        #expect(batch.shares == [0, 1])
        #expect(batch.gradient?.values.allSatisfy { $0 != 0 } == true)
    }

    /// Who is surer than float32 can say is still the better one.
    @Test func theBestOfVerySureMembersIsFound() throws {
        let student = Tensor(shape: [1, 2], values: [30, 0])
        let teacher = Tensor(shape: [1, 2], values: [40, 0])
        let found = try PreparedCombination("kdcl-naive", teachers: 1).differentiated(
            student, [teacher], by: try Losses.registry.make("kd"), LossContext(labels: [0]))
        #expect(found.shares == [0, 1])
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

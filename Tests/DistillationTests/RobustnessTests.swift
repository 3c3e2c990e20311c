import Distillation
import NeuralNetwork
import Options
import Testing

/// What robust combinations make of teachers that lie.
@Suite(.timeLimit(.minutes(1)))
struct RobustnessTests {
    private let honest = [UInt64(1), 2, 3, 4, 5].map { seed in
        // All name the class of the sample's number, with differences.
        let noise = normal([4, 4], seed, scale: 0.3).values
        let values = noise.indices.map { noise[$0] + ($0 / 4 == $0 % 4 ? 3 : 0) }
        return Tensor(shape: [4, 4], values: values)
    }
    /// Names class 0 always.
    private let liar = Tensor(
        shape: [4, 4], values: (0..<16).map { $0.isMultiple(of: 4) ? 20 : 0 })

    /// The target that a combination makes: where the loss's gradient would vanish.
    private func target(
        _ name: String, _ teachers: [Tensor], _ reputations: [Reputation]? = nil,
        options: Setting? = nil
    ) throws -> (probabilities: [Float], combined: CombinedLoss) {
        let combination = try Combinations.registry.make(name, options: options)
        let tape = Tape()
        let student = tape.leaf(Tensor(repeating: 0, shape: [4, 4]))
        let combined = combination(
            student, teachers, by: try Losses.registry.make("dml"),
            LossContext(reputations: reputations))
        tape.backward(from: combined.term)
        // The gradient of the divergence is (own − target) / samples, and own is 1/4 throughout.
        let gradient = try #require(student.gradient).values
        return (gradient.map { 0.25 - 4 * $0 }, combined)
    }

    /// One liar among six moves the mean away from the truth, and the robust targets little.
    @Test(arguments: ["trimmed", "median", "reputation"])
    func oneLiarMovesATargetLittle(_ name: String) throws {
        let clean = try target(name, honest).probabilities
        let found = try target(name, honest + [liar]).probabilities
        let mean = try target("probabilities", honest + [liar]).probabilities
        func error(_ p: [Float]) -> Float {
            zip(p, clean).map { abs($0 - $1) }.max() ?? 0
        }
        #expect(error(mean) > 0.12)
        #expect(error(found) < 0.05, "\(name): \(error(found))")
    }

    /// Class by class the target stays within what the honest say, but for the scaling to 1.
    @Test func theTrimmedMeanIgnoresAsManyAsItCuts() throws {
        let share = Setting.Entry(
            key: "share", position: .unwritten, value: Setting(unwritten: .text("0.4")))
        let options = Setting(unwritten: .map([share]))
        let two = try target("trimmed", honest + [liar, liar], options: options).probabilities
        for sample in 1..<4 { #expect(two[sample * 5] > 0.7) }
    }

    @Test func aPastLiarIsStillDistrusted() throws {
        var reputations: [Reputation]?
        for _ in 0..<20 {
            reputations = try target("reputation", honest + [liar], reputations)
                .combined.reputations
        }
        // It tells the truth for once.
        let found = try target("reputation", honest + [honest[0]], reputations).combined
        let shares = try #require(found.shares)
        #expect(shares[5] < 1e-3 && shares[0] > 0.1)
        #expect(try #require(found.reputations)[5].distance > 0.5)
    }

    /// Honest teachers that differ keep their weight however long they teach.
    @Test func honestTeachersKeepTheirWeight() throws {
        var reputations: [Reputation]?
        for _ in 0..<2000 {
            reputations = try target("reputation", honest, reputations).combined.reputations
        }
        let shares = try #require(try target("reputation", honest, reputations).combined.shares)
        #expect(shares.allSatisfy { $0 > 0.08 }, "\(shares)")
    }
}

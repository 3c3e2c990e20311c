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
        _ name: String, _ teachers: [Tensor], options: Setting? = nil
    ) throws -> [Float] {
        var memory = TermMemory()
        return try target(name, teachers, options: options, &memory).probabilities
    }

    private func target(
        _ name: String, _ teachers: [Tensor], options: Setting? = nil, _ memory: inout TermMemory
    ) throws -> (probabilities: [Float], shares: [Double]?) {
        let combination = try Combinations.registry.make(name, options: options)
        let tape = Tape()
        let student = tape.leaf(Tensor(repeating: 0, shape: [4, 4]))
        let combined = try combination.combined(
            student, teachers.named, by: try Losses.registry.make("dml"), LossContext(),
            memory: &memory)
        tape.backward(from: combined.term.value)
        // The gradient of the divergence is (own − target) / samples, and own is 1/4 throughout.
        let gradient = try #require(student.gradient).values
        return (gradient.map { 0.25 - 4 * $0 }, combined.shares)
    }

    /// One liar among six moves the mean away from the truth, and the robust targets little.
    @Test(arguments: ["trimmed", "median", "reputation"])
    func oneLiarMovesATargetLittle(_ name: String) throws {
        let clean = try target(name, honest)
        let found = try target(name, honest + [liar])
        let mean = try target("probabilities", honest + [liar])
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
        let two = try target("trimmed", honest + [liar, liar], options: options)
        for sample in 1..<4 { #expect(two[sample * 5] > 0.7) }
    }

    @Test func aPastLiarIsStillDistrusted() throws {
        var memory = TermMemory()
        for _ in 0..<20 { _ = try target("reputation", honest + [liar], &memory) }
        // It tells the truth for once.
        let shares = try #require(
            try target("reputation", honest + [honest[0]], &memory).shares)
        #expect(shares[5] < 1e-3 && shares[0] > 0.1)
        let reputations = try memory.value(of: [String: Reputation].self, default: [:])
        #expect(try #require(reputations["teacher 5"]).distance > 0.5)
    }

    /// Honest teachers that differ keep their weight however long they teach.
    @Test func honestTeachersKeepTheirWeight() throws {
        var memory = TermMemory()
        for _ in 0..<2000 {
            try Task.checkCancellation()
            _ = try target("reputation", honest, &memory)
        }
        let shares = try #require(try target("reputation", honest, &memory).shares)
        #expect(shares.allSatisfy { $0 > 0.08 }, "\(shares)")
    }
}

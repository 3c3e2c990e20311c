import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Testing

/// Mutual learning's two variants, and what the convergence log compares.
@Suite(.timeLimit(.minutes(1)))
struct MutualLearningTests {
    private static let shape = [4, 5]

    private func value(
        _ name: String, _ student: Variable, _ teachers: [Tensor], _ temperature: Float
    ) throws -> Variable {
        let loss = try Losses.registry.make(name)
        let combination = try Combinations.registry.make(
            name == "dml_e" ? "probabilities" : "pairwise")
        let context = LossContext(temperature: temperature)
        var memory = TermMemory()
        return try combination.combined(
            student, teachers.named, by: loss, context, memory: &memory
        ).term.value
    }

    private func logits(_ seed: UInt64, scale: Float = 3) -> Tensor {
        let key = RandomKey(seed: seed)
        return Tensor(shape: Self.shape, values: (0..<20).map { scale * key.normal(at: $0) })
    }

    /// The paper's formula in double precision, term by term.
    @Test(arguments: [1, 2.5] as [Float])
    func valuesAreThePapers(_ temperature: Float) throws {
        let teachers = [logits(1), logits(2), logits(3)]
        let student = logits(4)
        let p = teachers.map { probabilities($0, temperature) }
        let q = probabilities(student, temperature)
        let squared = Double(temperature * temperature)
        let pairwise = p.map { divergence($0, q) }.reduce(0, +) / 3 * squared
        let mean = q.indices.map { i in p.reduce(0) { $0 + $1[i] } / 3 }
        let ensemble = divergence(mean, q) * squared
        let values = try ["dml", "dml_e"].map { name in
            try value(name, Variable(student), teachers, temperature)
                .value.scalar
        }
        #expect(abs(Double(values[0]) - pairwise) < 1e-5 * pairwise)
        #expect(abs(Double(values[1]) - ensemble) < 1e-5 * ensemble)
    }

    /// With the teaching side constant and one temperature, both variants learn alike.
    @Test func theEnsembleVariantHasThePairwiseGradient() throws {
        let teachers = [logits(1), logits(2), logits(3)]
        let gradients = try ["dml", "dml_e"].map { name in
            let tape = Tape()
            let leaf = tape.leaf(logits(4))
            tape.backward(from: try value(name, leaf, teachers, 2))
            return try #require(leaf.gradient).values
        }
        #expect(gradients[0] == gradients[1])
    }

    @Test func comparisonIsTheDivergenceAndTheShareOfEqualClasses() {
        let (a, b) = (logits(1), logits(2))
        let expected = divergence(probabilities(a, 1), probabilities(b, 1))
        let comparison = Comparison(teacher: a, student: b)
        #expect(abs(comparison.divergence - expected) < 1e-5 * expected)
        let same = zip(a.argmax, b.argmax).count { $0 == $1 }
        #expect(comparison.agreement == Double(same) / 4)
    }

    /// The softmax of z / T in double precision.
    private func probabilities(_ logits: Tensor, _ temperature: Float) -> [Double] {
        let z = logits.values.map { Double($0) / Double(temperature) }
        return (0..<Self.shape[0]).flatMap { row in
            let exponentials = z[row * 5..<row * 5 + 5].map { Foundation.exp($0) }
            let total = exponentials.reduce(0, +)
            return exponentials.map { $0 / total }
        }
    }

    /// KL(p‖q), summed over classes and averaged over the four samples.
    private func divergence(_ p: [Double], _ q: [Double]) -> Double {
        zip(p, q).reduce(0) { $0 + $1.0 * (Foundation.log($1.0) - Foundation.log($1.1)) } / 4
    }
}

import Foundation
import Loops
import Testing

/// Divergences against their terms in Foundation's double precision.
@Suite(.timeLimit(.minutes(2)))
struct DivergenceTests {
    private static let counts = [1, 7, 8, 9, 16, 320, 1000]

    /// Logarithms, and others that are off by up to some distance.
    private func logarithms(_ count: Int, _ distance: Float) -> (p: Memory, q: Memory) {
        var numbers = Numbers(seed: UInt64(count))
        let p = numbers.array(count).map { -50 * $0 * $0 }
        let q = zip(p, numbers.array(count)).map { min(0, $0 + distance * $1) }
        return (Memory(p), Memory(q))
    }

    /// p·(log p − log q) − p + q; of close sides by a few terms of the exponential's series.
    private func term(_ p: Double, _ logP: Double, _ logQ: Double) -> Double {
        let r = logP - logQ
        guard abs(r) < 1e-3 else { return p * (r + expm1(-r)) }
        return p * r * r * (0.5 - r / 6 + r * r / 24 - r * r * r / 120)
    }

    /// Its logarithm is that of a sum of exponentials, and so as exact where both are close.
    private func termFromMean(_ logP: Double, _ logQ: Double) -> Double {
        let logMean = logP + log1p(expm1(logQ - logP) / 2)
        return (term(exp(logP), logP, logMean) + term(exp(logQ), logQ, logMean)) / 2
    }

    /// Distances on both sides of the bound of the series, and such of which rounding leaves
    /// little.
    @Test(arguments: InstructionSet.all, [1e-6, 1e-3, 0.25, 1, 30] as [Float])
    func areThoseOfDoublePrecision(set: InstructionSet, distance: Float) {
        for count in Self.counts {
            let (p, q) = logarithms(count, distance)
            let pairs = Array(zip(p.values.doubles, q.values.doubles))
            let exact = pairs.reduce(0) { $0 + term(exp($1.0), $1.0, $1.1) }
            let found = set.loops.divergence(from: p.pointer, to: q.pointer, count: count)
            #expect(found >= 0 && abs(found - exact) <= 1e-12 * exact)

            let probabilities = Memory(p.values.map { exp($0) })
            let sides = zip(probabilities.values.doubles, q.values.doubles)
            let other = sides.reduce(0) {
                $0 + ($1.0 > 0 ? term($1.0, log($1.0), $1.1) : exp($1.1))
            }
            let second = set.loops.divergence(
                ofProbabilities: probabilities.pointer, to: q.pointer, count: count)
            #expect(second >= 0 && abs(second - other) <= 1e-8 * other)

            let mean = pairs.reduce(0) { $0 + termFromMean($1.0, $1.1) }
            let third = set.loops.divergenceFromMean(p.pointer, q.pointer, count: count)
            #expect(third >= 0 && abs(third - mean) <= 1e-8 * mean)
        }
    }

    @Test(arguments: InstructionSet.all)
    func equalSidesAreNowhereApart(set: InstructionSet) {
        let (p, _) = logarithms(40, 1)
        #expect(set.loops.divergence(from: p.pointer, to: p.pointer, count: 40) == 0)
        #expect(abs(set.loops.divergenceFromMean(p.pointer, p.pointer, count: 40)) < 1e-28)
    }

    /// Where p is 0, or too small for a number, q alone remains.
    @Test(arguments: InstructionSet.all)
    func probabilitiesMayVanish(set: InstructionSet) {
        let half = log(0.5 as Float)
        for low in [-1e6, -.infinity] as [Float] {
            let (p, q) = (Memory([low, 0]), Memory([half, half]))
            let exact = 0.5 + (-Double(half) - 0.5)
            let found = set.loops.divergence(from: p.pointer, to: q.pointer, count: 2)
            #expect(abs(found - exact) < 1e-7)
            let zero = Memory([0, 1])
            let same = set.loops.divergence(
                ofProbabilities: zero.pointer, to: q.pointer, count: 2)
            #expect(abs(same - exact) < 1e-7)
            let mean = set.loops.divergenceFromMean(p.pointer, q.pointer, count: 2)
            #expect(abs(mean - 0.215_761_554) < 1e-7)
        }
        let (p, q) = (Memory([0, -1e6]), Memory([-2e6, 0]))
        let far = set.loops.divergence(from: p.pointer, to: q.pointer, count: 2)
        #expect(abs(far - 2e6) < 1e-6)
    }

    /// It is noticed wherever it lies.
    @Test(arguments: InstructionSet.all, [0, 7, 8, 9])
    func whatIsNotANumberStaysSo(set: InstructionSet, place: Int) {
        let (p, q) = logarithms(10, 1)
        p.pointer[place] = .nan
        #expect(set.loops.divergence(from: p.pointer, to: q.pointer, count: 10).isNaN)
        #expect(set.loops.divergence(from: q.pointer, to: p.pointer, count: 10).isNaN)
        #expect(set.loops.divergence(ofProbabilities: p.pointer, to: q.pointer, count: 10).isNaN)
        #expect(set.loops.divergence(ofProbabilities: q.pointer, to: p.pointer, count: 10).isNaN)
        #expect(set.loops.divergenceFromMean(p.pointer, q.pointer, count: 10).isNaN)
    }
}

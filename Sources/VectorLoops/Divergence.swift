import Loops

extension VectorLoops {
    @inline(never)
    public static func divergence(
        from logP: Pointer, to logQ: Pointer, count: Int
    ) -> Double {
        total(count) { place in
            let (logP, logQ) = (loadDoubles(logP + place), loadDoubles(logQ + place))
            return divergenceTerm(probability(logP), probability(logQ), log: logP - logQ)
        }
    }

    @inline(never)
    public static func divergence(
        ofProbabilities p: Pointer, to logQ: Pointer, count: Int
    ) -> Double {
        total(count) { place in
            let (p, logQ) = (loadDoubles(p + place), loadDoubles(logQ + place))
            return divergenceTerm(p, probability(logQ), log: logarithm(p) - logQ)
        }
    }

    @inline(never)
    public static func divergenceFromMean(
        _ logP: Pointer, _ logQ: Pointer, count: Int
    ) -> Double {
        total(count) { place in
            let (logP, logQ) = (loadDoubles(logP + place), loadDoubles(logQ + place))
            let (p, q) = (probability(logP), probability(logQ))
            let mean = (p + q) * 0.5
            let logMean = logarithm(mean)
            return
                (divergenceTerm(p, mean, log: logP - logMean)
                + divergenceTerm(q, mean, log: logQ - logMean)) * 0.5
        }
    }

    /// The sum of a vector for each eight places; lanes beyond the last count as nothing.
    @inline(__always)
    private static func total(_ count: Int, _ term: (_ place: Int) -> DoubleVector) -> Double {
        var sum = DoubleVector.zero
        var place = 0
        while place + 8 <= count {
            sum += term(place)
            place += 8
        }
        if place < count {
            let last = term(place)
            for lane in 0..<count - place { sum[lane] += last[lane] }
        }
        return sum.sum()
    }
}

/// The probability of a logarithm; 0 below e⁻⁷⁰⁸.
@inline(__always)
private func probability(_ logP: DoubleVector) -> DoubleVector {
    let isSmall = logP .< -708
    return exponential(logP.replacing(with: -708, where: isSmall)).replacing(
        with: 0, where: isSmall)
}

/// p·(r + e⁻ʳ − 1), r = log p/q: by its series where the difference would lose digits; q where p is
/// 0.
@inline(__always)
private func divergenceTerm(
    _ p: DoubleVector, _ q: DoubleVector, log r: DoubleVector
) -> DoubleVector {
    // ½ − r/3! + r²/4! − … + r¹⁰/12!
    let series = polynomial(
        r,
        [
            1 / 479_001_600, -1 / 39_916_800, 1 / 3_628_800, -1 / 362_880, 1 / 40_320, -1 / 5_040,
            1 / 720, -1 / 120, 1 / 24, -1 / 6, 0.5,
        ])
    let far = p * (r - 1) + q
    return far.replacing(with: p * r * r * series, where: r * r .< 0.0625)
        .replacing(with: q, where: p .== 0)
}

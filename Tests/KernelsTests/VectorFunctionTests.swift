import Foundation
import Loops
import Testing

/// Every function against Foundation's in double precision, over the whole range of floats.
@Suite(.timeLimit(.minutes(2)))
struct VectorFunctionTests {
    /// A function, its derivative, and how many units in the last place the loops may be off.
    struct Case: Sendable, CustomTestStringConvertible {
        let operation: ElementFunction
        let units: Double
        let value: @Sendable (Double) -> Double
        /// Its terms, whose sum is the derivative: rounding is bounded by their sizes.
        let slope: @Sendable (Double) -> [Double]

        var testDescription: String { "\(operation)" }
    }

    static let cases: [Case] = [
        Case(operation: .exponential, units: 1, value: exp, slope: { [exp($0)] }),
        Case(operation: .logarithm, units: 1, value: log, slope: { [1 / $0] }),
        Case(operation: .tanh, units: 2, value: tanh, slope: { [1, -tanh($0) * tanh($0)] }),
        Case(
            operation: .sigmoid, units: 3, value: logistic,
            slope: { [logistic($0), -logistic($0) * logistic($0)] }),
        Case(
            operation: .gelu, units: 10, value: { $0 * normal($0) },
            slope: { [normal($0), $0 * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()] }),
        Case(
            operation: .silu, units: 4, value: { $0 * logistic($0) },
            slope: { [logistic($0), $0 * logistic($0) * logistic(-$0)] }),
        Case(
            operation: .softplus, units: 3, value: { max($0, 0) + log1p(exp(-abs($0))) },
            slope: { [logistic($0)] }),
        Case(
            operation: .squareRoot, units: 1, value: { $0.squareRoot() },
            slope: { [0.5 / $0.squareRoot()] }),
        Case(operation: .square, units: 1, value: { $0 * $0 }, slope: { [2 * $0] }),
        Case(
            operation: .huber, units: 1, value: { abs($0) < 1 ? $0 * $0 / 2 : abs($0) - 0.5 },
            slope: { [min(max($0, -1), 1)] }),
    ]

    /// A few hundred thousand floats of every size and sign.
    private static let floats: [Float] = stride(from: 0, to: UInt32.max, by: 16381)
        .map { Float(bitPattern: $0) }.filter { !$0.isNaN }

    @Test(arguments: InstructionSet.all, cases)
    func aValueIsWithinAFewUnits(set: InstructionSet, function: Case) {
        let (x, y) = (Memory(Self.floats), Memory(count: Self.floats.count))
        set.loops.map(function.operation, x.pointer, y.pointer, count: x.count)
        let wrong = zip(Self.floats, y.values).filter { x, y in
            let exact = function.value(Double(x))
            if exact.isNaN { return !y.isNaN }
            let rounded = Float(exact)
            if y == rounded { return false }
            let unit = Double(max(rounded.magnitude, .leastNormalMagnitude).ulp)
            // A factor below the least normal number is rounded to one of few.
            let least = Double(Float.leastNonzeroMagnitude) * abs(Double(x))
            return !(abs(Double(y) - exact) <= function.units * unit + least)
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, as \(wrong.prefix(3))")
        #expect(y.isIntact)
    }

    @Test(arguments: InstructionSet.all, cases)
    func aGradientIsWithinAFewUnitsOfItsTerms(set: InstructionSet, function: Case) {
        let near = Self.floats.filter { abs($0) < 80 && abs($0) > 1e-30 }
        let points =
            function.operation.gradientUsesResult ? near.filter { function.isDefined($0) } : near
        let seen =
            function.operation.gradientUsesResult
            ? points.map { Float(function.value(Double($0))) } : points
        let (v, d) = (Memory(seen), Memory(count: seen.count))
        let g = Memory(seen.map { _ in 0.5 })
        set.loops.mapGradient(
            function.operation, at: v.pointer, upstream: g.pointer, into: d.pointer,
            count: v.count)
        let wrong = zip(points, d.values).filter { x, d in
            let terms = function.slope(Double(x)).map { 0.5 * $0 }
            guard !terms.contains(where: \.isNaN) else { return false }
            let size = terms.reduce(Double(Float.leastNormalMagnitude)) { $0 + abs($1) }
            return !(abs(Double(d) - terms.reduce(0, +)) <= 24 * rounding * size)
        }
        #expect(wrong.isEmpty, "\(wrong.count) wrong, as \(wrong.prefix(3))")
        #expect(d.isIntact)
    }

    @Test(arguments: InstructionSet.all, cases)
    func whatIsNotANumberStaysSo(set: InstructionSet, function: Case) {
        let (x, y) = (Memory([.nan, 0.25]), Memory(count: 2))
        set.loops.map(function.operation, x.pointer, y.pointer, count: 2)
        #expect(y.pointer[0].isNaN && !y.pointer[1].isNaN)
    }

    @Test(arguments: InstructionSet.all)
    func infinitiesHaveTheirLimits(set: InstructionSet) {
        let limits: [(ElementFunction, below: Float, above: Float)] = [
            (.exponential, 0, .infinity), (.tanh, -1, 1), (.sigmoid, 0, 1),
            (.gelu, 0, .infinity), (.softplus, 0, .infinity), (.relu, 0, .infinity),
        ]
        for (operation, below, above) in limits {
            let (x, y) = (Memory([-.infinity, .infinity]), Memory(count: 2))
            set.loops.map(operation, x.pointer, y.pointer, count: 2)
            #expect(y.values == [below, above], "\(operation)")
        }
    }

    /// The approximation by a hyperbolic tangent, whose definition cancels: compared as a logistic
    /// function.
    @Test(arguments: InstructionSet.all)
    func theTanhGELUIsALogisticFunction(set: InstructionSet) {
        let points = Self.floats.filter { abs($0) < 8 && abs($0) > 1e-30 }
        let (x, y) = (Memory(points), Memory(count: points.count))
        set.loops.map(.geluTanh, x.pointer, y.pointer, count: x.count)
        let exact = points.doubles.map { x in
            let inner = 2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)
            let value = x * logistic(inner)
            // The rounding of the inner function, of some 40 at most, is magnified so many times.
            return (value, (6 + 3 * abs(inner)) * 2 * rounding * abs(value) + 1e-44)
        }
        #expect(agree(y.values, exact))
    }
}

extension VectorFunctionTests.Case {
    fileprivate func isDefined(_ x: Float) -> Bool {
        let value = value(Double(x))
        return value.isFinite && abs(value) < Double(Float.greatestFiniteMagnitude)
            && abs(value) > Double(Float.leastNormalMagnitude)
    }
}

@Sendable private func logistic(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// The normal distribution's probability of being below x.
@Sendable private func normal(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

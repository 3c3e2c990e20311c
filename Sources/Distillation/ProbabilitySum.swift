import Foundation
import NeuralNetwork

/// The sum of several learners' softened probabilities for a batch, in whole units of 2⁻⁴⁰.
///
/// Integers add up to the same bits in any order, so a mesh, a relay and a relay of relays teach
/// exactly alike.
public struct ProbabilitySum: Sendable {
    /// N × classes, in row-major order.
    public let shape: [Int]
    /// How many learners were added.
    public private(set) var count = 0
    private var units: [Int64]
    /// For each sample the sum of Σ p·log p over the learners.
    private var entropyUnits: [Int64]

    private static let scale = 0x1p40

    /// A sum of nothing, for logits of a shape N×classes.
    public init(shape: [Int]) {
        precondition(shape.count == 2, "logits are N×classes, not \(shape)")
        self.shape = shape
        units = Array(repeating: 0, count: shape[0] * shape[1])
        entropyUnits = Array(repeating: 0, count: shape[0])
    }

    /// The sum of softmax(z / T) over the logits z of several learners.
    ///
    /// - Precondition: there is at least one, and all have the same shape N×classes.
    public init(of logits: [Tensor], temperature: Float) {
        self.init(shape: logits[0].shape)
        for z in logits { add(z, temperature: temperature) }
    }

    /// Adds one learner's softmax(z / T).
    public mutating func add(_ logits: Tensor, temperature: Float) {
        precondition(logits.shape == shape, "shapes \(shape) and \(logits.shape) differ")
        let logP = Variable(logits).logProbabilities(at: temperature).value.values
        let classes = shape[1]
        for row in 0..<shape[0] {
            var entropy = 0.0
            for i in row * classes..<(row + 1) * classes {
                let p = Foundation.exp(Double(logP[i]))
                units[i] &+= Self.units(p)
                entropy += p > 0 ? p * Double(logP[i]) : 0
            }
            entropyUnits[row] &+= Self.units(entropy)
        }
        count += 1
    }

    /// The nearest whole number of units, of two equally near the one farther from 0. A number that
    /// is not finite stays recognisable: no sum has such a part.
    private static func units(_ value: Double) -> Int64 {
        let exact = value * scale
        guard abs(exact) < 0x1p63 else { return .min }
        // `rounded()` would call the library of mathematics.
        let whole = Int64(exact)
        let rest = exact - Double(whole)
        return rest >= 0.5 ? whole + 1 : rest <= -0.5 ? whole - 1 : whole
    }

    /// A sum as it travels: of each sample the units of every class, and at last those of Σ p·log
    /// p.
    ///
    /// - Parameter shape: N×classes.
    /// - Precondition: there are N·(classes+1) units, each sample's of as many learners.
    public init(units rows: [Int64], shape: [Int]) {
        self.init(shape: shape)
        let width = shape[1] + 1
        precondition(rows.count == shape[0] * width, "the units do not fill \(shape)")
        for row in 0..<shape[0] {
            for place in 0..<shape[1] {
                units[row * shape[1] + place] = rows[row * width + place]
            }
            entropyUnits[row] = rows[row * width + shape[1]]
        }
        let total = units.prefix(shape[1]).reduce(0.0) { $0 + Double($1) }
        count = Int((total / Self.scale).rounded())
    }

    /// The same learners' sum for some of the samples.
    public func selecting(rows: [Int]) -> ProbabilitySum {
        let width = shape[1]
        var sum = ProbabilitySum(shape: [rows.count, width])
        sum.units = rows.flatMap { units[$0 * width..<($0 + 1) * width] }
        sum.entropyUnits = rows.map { entropyUnits[$0] }
        sum.count = count
        return sum
    }

    /// Whether all that was added was finite.
    public var isFinite: Bool { !units.contains(.min) && !entropyUnits.contains(.min) }

    /// N·(classes+1) units, as ``init(units:shape:)`` takes them.
    public var rows: [Int64] {
        var rows: [Int64] = []
        rows.reserveCapacity(units.count + entropyUnits.count)
        for row in 0..<shape[0] {
            rows += units[row * shape[1]..<(row + 1) * shape[1]]
            rows.append(entropyUnits[row])
        }
        return rows
    }

    /// Adds those that another sum has.
    public static func += (sum: inout Self, other: Self) { sum.merge(other, by: &+, +) }

    /// Takes out those that another sum has.
    public static func -= (sum: inout Self, other: Self) { sum.merge(other, by: &-, -) }

    private mutating func merge(
        _ other: Self, by merge: (Int64, Int64) -> Int64, _ mergeCounts: (Int, Int) -> Int
    ) {
        precondition(other.shape == shape, "shapes \(shape) and \(other.shape) differ")
        for index in units.indices { units[index] = merge(units[index], other.units[index]) }
        for index in entropyUnits.indices {
            entropyUnits[index] = merge(entropyUnits[index], other.entropyUnits[index])
        }
        count = mergeCounts(count, other.count)
    }

    /// The mean probabilities, N×classes.
    public var mean: Tensor {
        let divisor = Self.scale * Double(count)
        return Tensor(shape: shape, values: units.map { Float(Double($0) / divisor) })
    }

    /// The mean over samples and learners of KL(p‖p̄), p̄ the mean probabilities, in nats.
    var meanSpread: Double {
        guard count > 1 else { return 0 }
        let total = entropyUnits.reduce(0.0) { $0 + Double($1) }
        let each = total / (Self.scale * Double(count))
        // Rounding to whole units may leave less than nothing.
        return max(0, each - negativeEntropyOfMean) / Double(shape[0])
    }

    /// Σ p̄·log p̄ of the mean probabilities, in nats.
    private var negativeEntropyOfMean: Double {
        let divisor = Self.scale * Double(count)
        return units.reduce(0.0) { total, unit in
            let p = Double(unit) / divisor
            return total + (p > 0 ? p * Foundation.log(p) : 0)
        }
    }
}

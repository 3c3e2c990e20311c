import Bytes
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
    /// A sum as it travels, N×(classes+1): of each sample the units of every class, and at last
    /// those of Σ p·log p.
    public private(set) var units: [Int64]

    private static let scale = 0x1p40

    /// A sum of nothing, for logits of a shape N×classes.
    public init(shape: [Int]) {
        precondition(shape.count == 2, "logits are N×classes, not \(shape)")
        self.shape = shape
        units = Array(repeating: 0, count: shape[0] * (shape[1] + 1))
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
                units[i + row] &+= Self.units(p)
                entropy += p > 0 ? p * Double(logP[i]) : 0
            }
            units[row * (classes + 1) + classes] &+= Self.units(entropy)
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

    /// A sum that travelled.
    ///
    /// - Parameters:
    ///   - units: N×(classes+1), as ``units`` is.
    ///   - shape: N×classes.
    /// - Precondition: there are N·(classes+1) units, each sample's of as many learners.
    public init(units: [Int64], shape: [Int]) {
        precondition(units.count == shape[0] * (shape[1] + 1), "the units do not fill \(shape)")
        self.shape = shape
        self.units = units
        recount()
    }

    /// Adds a sum that travelled.
    ///
    /// - Parameter bytes: its units in little-endian order, eight bytes each.
    /// - Precondition: they are as many as this sum has.
    public mutating func add(littleEndian bytes: [UInt8]) {
        units.add(littleEndian: bytes)
        recount()
    }

    /// Each learner's probabilities for the first sample add up to 1.
    private mutating func recount() {
        let total = units.prefix(shape[1]).reduce(0.0) { $0 + Double($1) }
        count = Int((total / Self.scale).rounded())
    }

    /// The same learners' sum for some of the samples.
    public func selecting(rows: [Int]) -> ProbabilitySum {
        let width = shape[1] + 1
        var sum = ProbabilitySum(shape: [rows.count, shape[1]])
        sum.units = rows.flatMap { units[$0 * width..<($0 + 1) * width] }
        sum.count = count
        return sum
    }

    /// Whether all that was added was finite.
    public var isFinite: Bool { !units.contains(.min) }

    /// Adds those that another sum has.
    public static func += (sum: inout Self, other: Self) {
        precondition(other.shape == sum.shape, "shapes \(sum.shape) and \(other.shape) differ")
        for index in sum.units.indices { sum.units[index] &+= other.units[index] }
        sum.count += other.count
    }

    /// Takes out those that another sum has.
    public static func -= (sum: inout Self, other: Self) {
        precondition(other.shape == sum.shape, "shapes \(sum.shape) and \(other.shape) differ")
        for index in sum.units.indices { sum.units[index] &-= other.units[index] }
        sum.count -= other.count
    }

    /// The mean probabilities, N×classes.
    public var mean: Tensor { Tensor(shape: shape, values: meanProbabilities { Float($0) }) }

    /// Each mean probability, row-major, as `transform` makes it.
    private func meanProbabilities<Number>(_ transform: (Double) -> Number) -> [Number] {
        let divisor = Self.scale * Double(count)
        var means: [Number] = []
        means.reserveCapacity(shape[0] * shape[1])
        for row in 0..<shape[0] {
            let start = row * (shape[1] + 1)
            for unit in units[start..<start + shape[1]] {
                means.append(transform(Double(unit) / divisor))
            }
        }
        return means
    }

    /// The mean over samples and learners of KL(p‖p̄), p̄ the mean probabilities, in nats.
    var meanSpread: Double {
        guard count > 1 else { return 0 }
        let width = shape[1] + 1
        let total = stride(from: shape[1], to: units.count, by: width).reduce(0.0) {
            $0 + Double(units[$1])
        }
        let each = total / (Self.scale * Double(count))
        // Rounding to whole units may leave less than nothing.
        return max(0, each - negativeEntropyOfMean) / Double(shape[0])
    }

    /// Σ p̄·log p̄ of the mean probabilities, in nats.
    private var negativeEntropyOfMean: Double {
        meanProbabilities { $0 }.reduce(0.0) { total, p in
            total + (p > 0 ? p * Foundation.log(p) : 0)
        }
    }
}

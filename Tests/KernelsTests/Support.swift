import Kernels
import Loops
import Testing
import VectorLoopsAVX2
import VectorLoopsAVX512

/// The loops as they were compiled for one instruction set.
struct InstructionSet: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let loops: any Loops.Type

    /// Those that this processor has.
    static let all =
        [InstructionSet(testDescription: "AVX2", loops: VectorLoopsAVX2.VectorLoops.self)]
        + (Processor.hasAVX512
            ? [
                InstructionSet(
                    testDescription: "AVX-512", loops: VectorLoopsAVX512.VectorLoops.self)
            ]
            : [])
}

/// Floats with room for what loops may read beyond them, and a check that they write nothing there.
final class Memory {
    let count: Int
    let pointer: Pointer

    init(_ values: [Float]) {
        count = values.count
        pointer = .allocate(capacity: count + Layout.slack)
        for (place, value) in values.enumerated() { pointer[place] = value }
        for place in count..<count + Layout.slack { pointer[place] = Self.guardValue }
    }

    convenience init(count: Int) {
        self.init([Float](repeating: .nan, count: count))
    }

    deinit { pointer.deallocate() }

    private static let guardValue: Float = 12345

    var values: [Float] { (0..<count).map { pointer[$0] } }

    /// Whether what lies beyond is as it was.
    var isIntact: Bool {
        (count..<count + Layout.slack).allSatisfy { pointer[$0] == Self.guardValue }
    }
}

/// Numbers that look random, the same in every run.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    /// Uniform in ±1.
    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(Int32(truncatingIfNeeded: state >> 32)) / Float(Int32.max)
    }

    mutating func array(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}

/// Half the distance of 1 from the next float: what one rounding adds at most, relatively.
let rounding = Double(Float.ulpOfOne) / 2

extension [Float] {
    var doubles: [Double] { map(Double.init) }
}

/// Whether every value is near the exact one, within a bound of its own.
func agree(_ values: [Float], _ exact: [(value: Double, bound: Double)]) -> Bool {
    values.count == exact.count
        && zip(values, exact).allSatisfy { abs(Double($0) - $1.value) <= $1.bound }
}

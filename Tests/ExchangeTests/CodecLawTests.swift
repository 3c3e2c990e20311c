import CohortGraph
import Exchange
import Foundation
import Simulation
import Testing

/// What holds for every codec, whatever its bytes.
@Suite(.timeLimit(.minutes(1)))
struct CodecLawTests {
    /// How far a decoded value may be from its original, by codec: all that the codec states.
    static let statedErrors: [String: @Sendable (_ row: [Float], _ index: Int) -> Double] = [
        "fp32": { _, _ in 0 },
        "auto": { _, _ in 0 },
        "fp16": { row, index in
            let excess = max(Double(abs(row[index])) - 65504, 0)
            return excess + max(Double(abs(row[index])) * 0x1p-11, 0x1p-25)
        },
        "int8": { row, _ in Double(row.map(abs).max()!) / 254 * (1 + 0x1p-20) + 0x1p-142 },
        "top-k": { row, index in
            let rest = row.sorted(by: >).dropFirst(5)
            guard let last = rest.first, row[index] <= last else { return 0 }
            return Double(last) - Double(rest.last!)
        },
    ]

    /// Rows of eight: ordinary logits, probabilities, very large, very small and equal values.
    static let rows: [[Float]] = {
        var random = SplitMix(state: 5)
        var rows = (0..<50).map { _ in
            (0..<8).map { _ in Float.random(in: -12...12, using: &random) }
        }
        rows.append(rows[0].map { exp($0) / rows[0].map { exp($0) }.reduce(0, +) })
        rows.append([1, -1, 1, -1, 0, -0.0, 0, 0])
        rows.append([Float](repeating: 0, count: 8))
        rows.append([Float](repeating: .greatestFiniteMagnitude, count: 8))
        rows.append([3e38, -3e38, 1e38, 70000, 65504, 65519, -65520, 65536])
        rows.append((0..<8).map { Float($0 * 31) * .leastNonzeroMagnitude })
        rows.append((0..<8).map { Float($0) * .leastNormalMagnitude })
        rows.append((0..<8).map { scalbn(1.0625, -10 - 3 * $0) })
        return rows
    }()

    static let shape = [rows.count, 8]

    private func tensor(_ values: [Float], _ shape: [Int], _ name: String) throws -> KnowledgeTensor
    {
        KnowledgeTensor(
            name: "logits", kind: .response, shape: shape, values: values,
            codec: try Codecs.registry.make(name), temperature: 2)
    }

    @Test(arguments: Codecs.registry.names)
    func decodedValuesAreWithinTheStatedError(_ name: String) throws {
        let stated = try #require(Self.statedErrors[name], "state the error of '\(name)'")
        let decoded = try tensor(Self.rows.flatMap(\.self), Self.shape, name).values()
        try #require(decoded.count == Self.rows.count * 8)
        for (number, row) in Self.rows.enumerated() {
            for (index, value) in row.enumerated() {
                let found = decoded[8 * number + index]
                #expect(found.isFinite)
                #expect(
                    abs(Double(found) - Double(value)) <= stated(row, index),
                    "row \(number): \(value) became \(found)")
            }
        }
    }

    @Test(arguments: Codecs.registry.names)
    func decodingIsRepeatableAndNearlyAFixedPoint(_ name: String) throws {
        let first = try tensor(Self.rows.flatMap(\.self), Self.shape, name)
        let values = try first.values()
        #expect(try first.values().map(\.bitPattern) == values.map(\.bitPattern))
        let again = try tensor(values, Self.shape, name).values()
        for (value, found) in zip(values, again) {
            #expect(abs(value - found) <= abs(value) * 1e-6, "\(value) became \(found)")
        }
    }

    @Test(arguments: Codecs.registry.names)
    func everyShapeIsEncoded(_ name: String) throws {
        for shape in [[], [0], [1], [3], [2, 0], [0, 2], [2, 3], [2, 3, 4], [1, 1, 1, 9]] {
            let count = shape.reduce(1, *)
            let tensor = try tensor((0..<count).map(Float.init), shape, name)
            #expect(try tensor.values().count == count)
            #expect(Codecs.name(of: tensor.encoding) == (name == "auto" ? "fp32" : name))
        }
    }

    @Test(arguments: Codecs.registry.names)
    func whatIsNotFiniteIsNotHidden(_ name: String) throws {
        for bad in [Float.nan, .infinity, -.infinity] {
            for place in 0..<16 {
                var values = (0..<16).map(Float.init)
                values[place] = bad
                #expect(try !tensor(values, [2, 8], name).values().allSatisfy(\.isFinite))
            }
        }
    }

    /// A payload that is cut, longer, or beside another shape is refused.
    @Test(arguments: Codecs.registry.names)
    func payloadsThatDoNotFitAreRefused(_ name: String) throws {
        let good = try tensor(Self.rows.flatMap(\.self), Self.shape, name)
        for length in good.payload.indices {
            var cut = good
            cut.payload.removeLast(length + 1)
            #expect(throws: WireError.self) { try cut.values() }
        }
        for shape in [
            [Self.rows.count - 1, 8], [Self.rows.count + 1, 8], [], [-8, -1], [Int.max, 0],
            [Int.max, Int.max], [4_294_967_295, 4_294_967_295], [1 << 20, 1 << 20, 1 << 20],
        ] {
            var other = good
            other.shape = shape
            #expect(throws: WireError.self) { try other.values() }
        }
        var longer = good
        longer.payload.append(0)
        #expect(throws: WireError.self) { try longer.values() }
    }

    /// Whatever the payload says, it is read whole or refused.
    @Test(arguments: Codecs.registry.names)
    func randomPayloadsAreReadWholeOrRefused(_ name: String) throws {
        var random = SplitMix(state: 6)
        let good = try tensor((0..<24).map(Float.init), [3, 8], name)
        for _ in 0..<20_000 {
            var altered = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = altered.payload.indices.randomElement(using: &random)!
                altered.payload[place] = .random(in: 0...255, using: &random)
            }
            if let values = try? altered.values() { #expect(values.count == 24) }
        }
    }
}

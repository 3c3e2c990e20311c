import CohortGraph
import Exchange
import Foundation
import Testing

/// What each encoding promises beyond the laws.
@Suite(.timeLimit(.minutes(1)))
struct CodecTests {
    private func tensor(
        _ values: [Float], _ shape: [Int], _ codec: some KnowledgeCodec, temperature: Float? = nil
    ) -> KnowledgeTensor {
        KnowledgeTensor(
            name: "t", kind: .response, shape: shape, values: values, codec: codec,
            temperature: temperature)
    }

    @Test func sizesAreAsDocumented() {
        let values = [Float](repeating: 1, count: 60)
        #expect(tensor(values, [3, 20], Float32Codec()).payload.count == 240)
        #expect(tensor(values, [3, 20], Float16Codec()).payload.count == 120)
        #expect(tensor(values, [3, 20], Int8Codec()).payload.count == 12 + 60)
        #expect(tensor(values, [3, 4, 5], Int8Codec()).payload.count == 12 + 60)
        #expect(tensor(values, [3, 20], TopKCodec(k: 4)).payload.count == 4 + 3 * 36)
        #expect(tensor(values, [3, 4, 5], TopKCodec(k: 4)).payload.count == 4 + 12 * 36)
        #expect(tensor(values, [3, 20], TopKCodec(k: 99)).payload.count == 4 + 3 * 164)
    }

    @Test func everyHalfIsItself() throws {
        let halves = (UInt16.min...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 }
        let values = halves.map { Float(Float16(bitPattern: $0)) }
        let tensor = tensor(values, [values.count], Float16Codec())
        #expect(
            tensor.payload == halves.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(try tensor.values().map(\.bitPattern) == values.map(\.bitPattern))
    }

    /// Half way between two halves the even one is taken, in the subnormal range too.
    @Test func halvesAreRoundedToEven() throws {
        let values: [Float] = [
            1 + 0x1p-11, 1 + 3 * 0x1p-11, 0x1p-25, 0x1.8p-24, 0x1p-25 + 0x1p-40, 1e10, -1e10,
        ]
        let expected: [Float] = [1, 1 + 0x1p-9, 0, 0x1p-23, 0x1p-24, 65504, -65504]
        #expect(try tensor(values, [values.count], Float16Codec()).values() == expected)
    }

    @Test func topKKeepsTheLargestAndTheMassOfTheRest() throws {
        let row: [Float] = [0.5, 3, -1, 3.5, 2, 0.25, -4]
        for temperature: Float in [1, 4] {
            let found = try tensor(row, [1, 7], TopKCodec(k: 3), temperature: temperature).values()
            let before = softmax(row, temperature)
            let after = softmax(found, temperature)
            for index in [1, 3, 4] {
                #expect(found[index] == row[index])
                #expect(abs(before[index] - after[index]) < 1e-6)
            }
            #expect(Set([0, 2, 5, 6].map { found[$0] }).count == 1)
        }
        let shares = softmax(row, 1).map(Float.init)
        let found = try tensor(shares, [1, 7], TopKCodec(k: 3)).values()
        #expect(abs(found.reduce(0, +) - 1) < 1e-6)
        #expect(try tensor(row, [1, 7], TopKCodec(k: 7), temperature: 1).values() == row)
    }

    private func softmax(_ row: [Float], _ temperature: Float) -> [Double] {
        let terms = row.map { exp(Double($0) / Double(temperature)) }
        return terms.map { $0 / terms.reduce(0, +) }
    }

    /// Few bytes cannot claim many values, an index twice, or one beyond the row.
    @Test func hostileTopKIsRefused() {
        let row = tensor([3, 1, 2, 0], [1, 4], TopKCodec(k: 2))
        func refused(_ shape: [Int], _ change: (inout [UInt8]) -> Void) -> WireError.Field? {
            var altered = row
            altered.shape = shape
            change(&altered.payload)
            do {
                _ = try altered.values()
                return nil
            } catch { return error.field }
        }
        #expect(refused([1, 4]) { _ in } == nil)
        #expect(refused([1, 4]) { $0[8] = 2 } == .values)
        #expect(refused([1, 4]) { $0[16] = 4 } == .values)
        #expect(refused([1, 4]) { $0.replaceSubrange(16..<20, with: [0, 0, 0, 0]) } == .values)
        #expect(refused([1, 4]) { $0[0] = 5 } == .values)
        #expect(
            refused([1, 4]) { $0.replaceSubrange(0..<4, with: [255, 255, 255, 255]) } == .values)
        #expect(refused([1, 4_294_967_295]) { _ in } == .dimensions)
        #expect(refused([2, 1 << 26]) { $0 = [UInt8](repeating: 0, count: 12) } == .dimensions)
        #expect(refused([0, 4]) { $0 = [0, 0, 0] } == .values)
    }

    @Test func optionsAreRead() throws {
        let codec = try Codecs.registry.make("top-k")
        #expect((codec as? TopKCodec)?.k == 5)
        #expect(Codecs.registry.options(of: "top-k").map(\.key) == ["k"])
    }
}

import Bytes
import NeuralNetwork
import Testing

@Suite(.timeLimit(.minutes(1))) struct RandomKeyTests {
    private func key(_ vector: Vectors.Key) throws -> RandomKey {
        var key = RandomKey(seed: try #require(UInt64(vector.seed, radix: 16)))
        for (part, isName) in zip(vector.path, vector.named) {
            key = isName ? key.child(part) : key.child(try #require(Int(part)))
        }
        return key
    }

    @Test func keysAndNumbersAreTheReferences() throws {
        for vector in try Vectors.read().keys {
            let key = try key(vector)
            #expect(hexadecimal(key.state) == vector.state)
            #expect([0, 1, 1000].map { hexadecimal(key.bits(at: $0)) } == vector.bits)
            #expect(key.uniform(at: 2) == vector.uniform)
            #expect([1, 9, 1 << 40].map { key.integer(below: $0, at: 3) } == vector.integers)
        }
    }
}

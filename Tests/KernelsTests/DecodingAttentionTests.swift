import Foundation
import Kernels
import Testing

/// Causal attention of the last positions alone, and rotations by position.
@Suite(.timeLimit(.minutes(1)))
struct DecodingAttentionTests {
    @Test(arguments: [(0, 70), (69, 70), (31, 40), (0, 1)])
    func theLastPositionsHaveTheOutputsOfTheWhole(first: Int, counted: Int) {
        let (length, heads, depth, sequences) = (70, 2, 6, 3)
        var numbers = Numbers(seed: 7)
        let x = Floats(numbers.array(sequences * length * 3 * heads * depth))
        func outputs(_ counted: Int, from first: Int) -> [Float] {
            let shape = AttentionShape(
                sequences: sequences, length: length, heads: heads, depth: depth,
                counted: Array(repeating: counted, count: sequences), isCausal: true, first: first)
            return Kernels.attention(x, shape).y.array
        }
        let (whole, part) = (outputs(length, from: 0), outputs(counted, from: first))
        for sequence in 0..<sequences {
            for element in first * heads * depth..<counted * heads * depth {
                let place = sequence * length * heads * depth + element
                #expect(abs(part[place] - whole[place]) < 1e-5)
            }
        }
    }

    /// Products of a rotated query and a rotated key depend on the distance of their positions.
    @Test func productsDependOnTheDistance() {
        let (length, depth) = (12, 8)
        var numbers = Numbers(seed: 9)
        let row = numbers.array(3 * depth)
        let shape = AttentionShape(sequences: 1, length: length, heads: 1, depth: depth)
        let x = Floats((0..<length).flatMap { _ in row })
        let y = Kernels.rotated(x, shape).array
        func product(_ query: Int, _ key: Int) -> Float {
            (0..<depth).reduce(0) {
                $0 + y[query * 3 * depth + $1] * y[key * 3 * depth + depth + $1]
            }
        }
        for distance in 0..<6 {
            let products = (0..<6).map { product($0 + distance, $0) }
            #expect(products.allSatisfy { abs($0 - products[0]) < 1e-4 }, "\(distance)")
        }
        #expect(abs(product(5, 0) - product(0, 0)) > 1e-2)
        for position in 0..<length {
            let first = (3 * position + 2) * depth
            #expect(Array(y[first..<first + depth]) == Array(row.suffix(depth)))
        }
        let back = Kernels.rotated(Floats(y), shape, isReversed: true).array
        #expect(zip(back, x.array).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    /// Rows that begin at a later position are rotated as in the whole.
    @Test func rotationsGoOnWhereTheyAreToldTo() {
        var numbers = Numbers(seed: 11)
        let row = 3 * 2 * 4
        let x = numbers.array(10 * row)
        func rotated(_ x: [Float], from first: Int) -> [Float] {
            let shape = AttentionShape(sequences: 1, length: x.count / row, heads: 2, depth: 4)
            return Kernels.rotated(Floats(x), shape, from: first).array
        }
        let later = Array(x.dropFirst(7 * row))
        #expect(Array(rotated(x, from: 0).dropFirst(7 * row)) == rotated(later, from: 7))
    }
}

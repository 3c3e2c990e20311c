import Bytes
import Distillation
import NeuralNetwork
import Testing

/// DKPP: what is permuted of the teacher's responses, and what is not.
@Suite(.timeLimit(.minutes(1))) struct PermutedResponsesTests {
    /// 0.5 for one class of each row, and other values for the others.
    private let rows: Tensor = {
        var values: [Float] = []
        for row in 0..<40 {
            for place in 0..<6 { values.append(place == row % 6 ? 0.5 : Float(place + 1) / 20) }
        }
        return Tensor(shape: [40, 6], values: values)
    }()

    @Test func theLargestStaysAndTheOthersArePermuted() {
        let found = rows.permutingAllButLargest(by: RandomKey(seed: 3))
        #expect(found.argmax == rows.argmax)
        var moved: [Int] = []
        for row in 0..<40 {
            let range = row * 6..<row * 6 + 6
            let (own, other) = (rows.values[range], found.values[range])
            #expect(own.max() == other.max() && own.sorted() == other.sorted())
            if own != other { moved.append(row) }
        }
        #expect(moved.count > 30)
    }

    @Test func stepsAndSamplesHaveTheirOwnOrders() {
        let keys = [1, 2].map { RandomKey(seed: 3).child($0) }
        let found = keys.map { rows.permutingAllButLargest(by: $0) }
        #expect(found[0].values != found[1].values)
        #expect(rows.permutingAllButLargest(by: keys[0]).values == found[0].values)
        #expect(rows.permutingAllButLargest(by: nil).values == rows.values)
    }
}

import Bytes
import NeuralNetwork

extension RandomKey {
    /// `numbers` in the order of the 64 random bits at each as counter, ties by number.
    package func shuffled(_ numbers: [Int]) -> [Int] {
        let drawn = numbers.map { (bits: bits(at: $0), number: $0) }
        return drawn.sorted { ($0.bits, $0.number) < ($1.bits, $1.number) }.map(\.number)
    }
}

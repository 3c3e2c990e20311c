import Bytes
import NeuralNetwork

extension Model {
    /// How many samples a generator can give; nil for one that makes them of random numbers.
    package func mostMade(by buffers: Buffers) -> Int? {
        guard let bank = buffers.bank else { return nil }
        if bank.count > 0 { return bank.count }
        return input == [0] ? bank.batchShape[0] : nil
    }

    /// Samples N×C×H×W that a generator makes of random numbers of the standard normal
    /// distribution.
    ///
    /// It computes in evaluation mode, so that a sample does not depend on those beside it. A
    /// generator that keeps finished samples gives these, as many as there are; before the first of
    /// them, those that it is making.
    ///
    /// - Parameters:
    ///   - first: the number of the first sample; samples of other numbers are made of others.
    ///   - key: determines the random numbers.
    package func made(
        _ count: Int, from first: Int = 0, by parameters: Parameters, _ buffers: Buffers,
        key: RandomKey
    ) -> Tensor {
        if let bank = buffers.bank, bank.count > 0 {
            return bank.samples(Array((first..<first + count).clamped(to: 0..<bank.count)))
        }
        let width = input.reduce(1, *)
        let numbers = (0..<count * width).map { key.normal(at: first * width + $0) }
        let pass = ForwardPass(.evaluation, parameters: parameters, buffers: buffers, key: key)
        let samples = network(Variable(Tensor(shape: [count, width], values: numbers)), pass).value
        return samples.shape[0] > count ? samples.selecting(rows: Array(0..<count)) : samples
    }
}

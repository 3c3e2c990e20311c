import Bytes
import NeuralNetwork

extension Model {
    /// Samples N×C×H×W that a generator makes of random numbers of the standard normal
    /// distribution.
    ///
    /// It computes in evaluation mode, so that a sample does not depend on those beside it.
    ///
    /// - Parameters:
    ///   - first: the number of the first sample; samples of other numbers are made of others.
    ///   - key: determines the random numbers.
    package func made(
        _ count: Int, from first: Int = 0, by parameters: Parameters, _ buffers: Buffers,
        key: RandomKey
    ) -> Tensor {
        let width = input.reduce(1, *)
        let numbers = (0..<count * width).map { key.normal(at: first * width + $0) }
        let pass = ForwardPass(.evaluation, parameters: parameters, buffers: buffers, key: key)
        return network(Variable(Tensor(shape: [count, width], values: numbers)), pass).value
    }
}

import ArgumentParser
import NeuralNetwork

extension ModelOutput: ExpressibleByArgument {
    /// Reads `2` or `mean`.
    public init?(argument: String) { self.init(argument) }
}

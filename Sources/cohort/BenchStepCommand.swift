import ArgumentParser
import Benchmarks

/// `cohort bench step`: how fast a model trains.
struct BenchStepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Measure the training step of a model.",
        discussion: """
            A step is the forward pass, cross-entropy, the backward pass, and stochastic gradient \
            descent with momentum, on one random batch. The median step counts. GFLOP/s are those \
            of the direct algorithm: two operations for each multiply-add of a convolution or a \
            matrix product, once forward and once more for each of its two operands that needs a \
            gradient, which the model's input does not. The per cent are of OpenBLAS's rate on \
            matrices of 2048×2048 with as many threads, measured right after the steps.

            Examples:
              cohort bench step --model mlp --batch 16 --seconds 0.1
              cohort bench step --model resnet8 --options width=8 --seconds 0.1
            """)

    @OptionGroup var arguments: BenchArguments
    @OptionGroup var measurement: BenchMeasurement

    @Flag(help: "Print one object of JSON.")
    var json = false

    func run() async throws {
        try await reportingFailure {
            let problem = try arguments.problem()
            let report = try measurement.run { try problem.measureStep($0) }
            try printResult(json ? report.json : report.text)
        }
    }
}

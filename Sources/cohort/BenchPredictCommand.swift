import ArgumentParser
import Benchmarks
import Experiment
import NeuralNetwork
import Options

/// `cohort bench predict`: how much faster a quantised model classifies.
struct BenchPredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Measure predictions of a model of floats, and of the same model in integers.",
        discussion: """
            A quantised model multiplies integers of 8 bits, as `cohort predict` does. Both models \
            have random weights and classify the same random batch in turn.

            Examples:
              cohort bench predict --model resnet8 --batch 16 --seconds 0.1
            """)

    @OptionGroup var arguments: BenchArguments
    @OptionGroup var measurement: BenchMeasurement

    @Option(help: "How layers are quantised, as `learners.NAME.quantize`; may be several settings.")
    var quantize: [String] = ["weights=8"]

    func run() async throws {
        try await reportingFailure {
            let problem = try arguments.problem()
            var settings = Setting(unwritten: .map([]))
            for text in quantize { settings = try Override(text).applied(to: settings) }
            let quantization = try Quantization.reading(settings, of: "bench").quantization
            let report = measurement.run { measurement in
                Result { () throws -> PredictionReport in
                    try problem.measurePrediction(measurement, quantization)
                }
            }
            try printResult(report.get().text)
        }
    }
}

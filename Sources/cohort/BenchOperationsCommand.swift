import ArgumentParser
import Benchmarks

/// `cohort bench ops`: how a training step's time divides among its operations.
struct BenchOperationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ops",
        abstract: "Divide the training step of a model among its operations.",
        discussion: """
            The step is that of `cohort bench step`. `update` collects the gradients and runs the \
            optimiser; `rest` is the time that belongs to no operation.

            Examples:
              cohort bench ops --model resnet8 --batch 16 --seconds 0.1
            """)

    @OptionGroup var arguments: BenchArguments
    @OptionGroup var measurement: BenchMeasurement

    @Flag(help: "Distinguish operations on different shapes.")
    var shapes = false

    func run() async throws {
        try await reportingFailure {
            let problem = try arguments.problem()
            let report = measurement.run { problem.measureOperations($0, byShape: shapes) }
            try printResult(report.text)
        }
    }
}

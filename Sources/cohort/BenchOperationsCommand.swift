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

            With --roofline the table compares each operation with what this processor can do: its \
            rate on large matrices (peak) and the bytes that pass memory in a second (memory), \
            both measured right after the steps on as many threads. Operations count for products \
            and convolutions alone, by the direct algorithm; bytes count as if operands, results \
            and gradients passed memory once in each pass. So more than 100% of memory means that \
            data came from caches, and more than 100% of the peak that a faster algorithm was \
            used.

            Examples:
              cohort bench ops --model resnet8 --batch 16 --seconds 0.1
              cohort bench ops --model transformer --batch 16 --seconds 0.1 --roofline
            """)

    @OptionGroup var arguments: BenchArguments
    @OptionGroup var measurement: BenchMeasurement

    @Flag(help: "Distinguish operations on different shapes.")
    var shapes = false

    @Flag(help: "Compare each operation with the peaks of processor and memory.")
    var roofline = false

    func run() async throws {
        try await reportingFailure {
            let problem = try arguments.problem()
            let (report, roof) = try measurement.run { measurement in
                let report = problem.measureOperations(measurement, byShape: shapes)
                return (report, roofline ? try Roofline.measured() : nil)
            }
            try printResult(roof?.text(of: report) ?? report.text)
        }
    }
}

import ArgumentParser
import Benchmarks
import Foundation
import Reporting

/// `cohort bench step`: how fast a model trains.
struct BenchStepCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step",
        abstract: "Measure the training step of a model.",
        discussion: """
            A step is the forward pass, cross-entropy, the backward pass, and stochastic gradient \
            descent with momentum, on one random batch. The median step counts. GFLOP/s are those of \
            the direct algorithm: two operations for each multiply-add of a convolution or a matrix \
            product, once forward and once more for each of its two operands that needs a gradient, \
            which the model's input does not. The per cent are of OpenBLAS's rate on matrices of \
            2048×2048 with as many threads, measured right after the steps.
            """)

    @OptionGroup var arguments: BenchArguments
    @OptionGroup var measurement: BenchMeasurement

    @Flag(help: "Print one object of JSON.")
    var json = false

    func run() async throws {
        try await reportingFailure {
            let problem = try arguments.problem()
            let report = measurement.run { problem.measureStep($0) }
            try show(json ? report.json : TextTable(rows: report.rows, wordColumns: 1).text)
        }
    }
}

extension StepReport {
    fileprivate var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    fileprivate var rows: [[String]] {
        func text(_ value: Double, _ decimals: Int) -> String {
            String(format: "%.\(decimals)f", value)
        }
        return [
            ["model", model],
            ["batch, threads", "\(batch), \(threads)"],
            ["parameters", "\(parameters)"],
            ["multiply-adds forward, millions an image", text(Double(multiplyAdds) / 1e6, 2)],
            ["steps counted", "\(steps)"],
            ["step, ms", text(milliseconds, 2)],
            ["images/s", text(imagesPerSecond, 0)],
            ["GFLOP/s of the direct algorithm", text(gflops, 1)],
            ["of sgemm's rate, %", text(ceilingPercent, 1)],
            ["peak memory, MB", text(Double(peakMemoryBytes) / 1e6, 1)],
            ["tensor allocations a step", text(allocationsPerStep, 2)],
            ["OpenBLAS's kernels", openBLASCore],
        ]
    }
}

import ArgumentParser
import Benchmarks
import Foundation
import Reporting

/// `cohort bench ops`: where a training step's time goes.
struct BenchOperationsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ops",
        abstract: "Divide the training step of a model among its operations.",
        discussion: """
            The step is that of `cohort bench step`. `update` is gathering the gradients and the \
            optimiser, `rest` whatever belongs to no operation.
            """)

    @OptionGroup var arguments: BenchArguments
    @OptionGroup var measurement: BenchMeasurement

    @Flag(help: "Tell operations on different shapes apart.")
    var shapes = false

    func run() async throws {
        try await reportingFailure {
            let problem = try arguments.problem()
            let report = measurement.run { problem.measureOperations($0, byShape: shapes) }
            try show(TextTable(rows: report.table, wordColumns: shapes ? 2 : 1).text)
        }
    }
}

extension OperationReport {
    fileprivate var table: [[String]] {
        let hasShapes = rows.contains { $0.operands != nil }
        let head =
            ["operation"] + (hasShapes ? ["operands"] : [])
            + ["calls", "forward ms", "backward ms", "share", "GFLOP/s forward", "backward"]
        return [head] + rows.map { cells($0, hasShapes: hasShapes) }
    }

    private func cells(_ row: Row, hasShapes: Bool) -> [String] {
        func text(_ value: Double, _ decimals: Int = 2) -> String {
            String(format: "%.\(decimals)f", value)
        }
        func rate(_ value: Double) -> String { value > 0 ? text(value / 1e9, 1) : "-" }
        let operands = (row.operands ?? []).map { shape in
            shape.map(String.init).joined(separator: "×")
        }
        return [row.name] + (hasShapes ? [operands.joined(separator: ", ")] : []) + [
            text(row.calls, 0), text(row.forward * 1000), text(row.backward * 1000),
            text(100 * row.seconds / step, 1) + "%", rate(row.rates.forward),
            rate(row.rates.backward),
        ]
    }
}

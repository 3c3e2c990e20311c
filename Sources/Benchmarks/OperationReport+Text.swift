import Foundation
import Reporting

extension OperationReport {
    /// The report as a table for people: a row for each operation, with its operands where shapes
    /// are distinguished.
    public var text: String {
        let hasShapes = rows.contains { $0.operands != nil }
        let head =
            ["operation"] + (hasShapes ? ["operands"] : [])
            + ["calls", "forward ms", "backward ms", "share", "GFLOP/s forward", "backward"]
        let table = [head] + rows.map { cells($0, hasShapes: hasShapes) }
        return TextTable(rows: table, wordColumns: hasShapes ? 2 : 1).text
    }

    private func cells(_ row: Row, hasShapes: Bool) -> [String] {
        func text(_ value: Double, _ decimals: Int = 2) -> String {
            String(format: "%.\(decimals)f", value)
        }
        func rate(_ value: Double) -> String { value > 0 ? text(value / 1e9, 1) : "-" }
        return [row.name] + (hasShapes ? [row.operandText] : []) + [
            text(row.calls, 0), text(row.forward * 1000), text(row.backward * 1000),
            text(100 * row.seconds / step, 1) + "%", rate(row.rates.forward),
            rate(row.rates.backward),
        ]
    }
}

extension OperationReport.Row {
    /// The shapes of the operands; empty where they differ.
    var operandText: String {
        (operands ?? []).map { $0.map(String.init).joined(separator: "×") }.joined(separator: ", ")
    }
}

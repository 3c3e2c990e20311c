import Foundation
import NeuralNetwork
import Reporting

/// How close the operations of a step come to what the processor and the memory can do: the
/// roofline of Williams, Waterman and Patterson (2009).
public struct Roofline: Sendable {
    /// The most floating-point operations per second.
    public var rate: Double
    /// The most bytes per second from and to memory.
    public var bandwidth: Double

    /// The roofline of known rates.
    ///
    /// - Precondition: both are above 0.
    public init(rate: Double, bandwidth: Double) {
        precondition(rate > 0 && bandwidth > 0, "rates are positive")
        (self.rate, self.bandwidth) = (rate, bandwidth)
    }

    /// The roofline of this processor, measured on the threads that the kernels are given now.
    ///
    /// - Throws: ``MissingOpenBLAS`` where this host lacks it.
    public static func measured() throws(MissingOpenBLAS) -> Roofline {
        Roofline(rate: try Ceiling.rate(), bandwidth: Ceiling.bandwidth())
    }

    /// From so many operations per byte on, the processor is what an operation waits for; below,
    /// the memory.
    public var ridge: Double { rate / bandwidth }

    /// The least time of an operation, in seconds, where all that it reads and writes passes memory
    /// once.
    public func leastSeconds(of row: OperationReport.Row) -> Double {
        max(row.operations / rate, row.bytes / bandwidth)
    }

    /// The report as a table for people, under the roof: a row for each operation, and in words
    /// what the roof is and how long a step would take under it.
    public func text(of report: OperationReport) -> String {
        let hasShapes = report.rows.contains { $0.operands != nil }
        let head =
            ["operation"] + (hasShapes ? ["operands"] : []) + [
                "ms", "share", "FLOP/byte", "GFLOP/s", "of peak", "GB/s", "of memory", "least ms",
                "bound by",
            ]
        let table = [head] + report.rows.map { cells($0, of: report, hasShapes: hasShapes) }
        return TextTable(rows: table, wordColumns: hasShapes ? 2 : 1).text + summary(of: report)
    }

    private func summary(of report: OperationReport) -> String {
        let least = report.rows.reduce(0) { $0 + leastSeconds(of: $1) }
        let measured = report.rows.filter { $0.bytes > 0 }.reduce(0) { $0 + $1.seconds }
        return """

            The roof: \(number(rate / 1e9, 1)) GFLOP/s (products of 2048×2048), \
            \(number(bandwidth / 1e9, 1)) GB/s (sums of arrays of 128 MiB); they meet at \
            \(number(ridge, 1)) FLOP/byte.
            Under it the operations would take \(number(1000 * least, 2)) ms of the \
            \(number(1000 * measured, 2)) ms that they take (\(percent(least, of: measured))).

            """
    }

    private func cells(
        _ row: OperationReport.Row, of report: OperationReport, hasShapes: Bool
    ) -> [String] {
        let (hasOperations, hasBytes) = (row.operations > 0, row.bytes > 0)
        let (reached, moved) = (row.operations / row.seconds, row.bytes / row.seconds)
        let isBoundByProcessor = row.operations / rate >= row.bytes / bandwidth
        return [row.name] + (hasShapes ? [row.operandText] : []) + [
            number(1000 * row.seconds, 2), percent(row.seconds, of: report.step),
            hasOperations ? number(row.operations / row.bytes, 1) : "-",
            hasOperations ? number(reached / 1e9, 1) : "-",
            hasOperations ? percent(reached, of: rate) : "-",
            hasBytes ? number(moved / 1e9, 1) : "-", hasBytes ? percent(moved, of: bandwidth) : "-",
            hasBytes ? number(1000 * leastSeconds(of: row), 2) : "-",
            hasBytes ? (isBoundByProcessor ? "processor" : "memory") : "-",
        ]
    }

    private func number(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }

    private func percent(_ part: Double, of whole: Double) -> String {
        number(100 * part / whole, 1) + "%"
    }
}

extension OperationReport.Row {
    /// Its floating-point operations, two for each multiply-add.
    fileprivate var operations: Double { 2 * Double(multiplyAdds.total) }
    /// What it reads and writes.
    fileprivate var bytes: Double { Double(MemoryLayout<Float>.size * numbers.total) }
}

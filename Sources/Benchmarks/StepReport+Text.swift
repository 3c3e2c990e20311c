import Foundation
import Reporting

extension StepReport {
    /// The report as one object of JSON, on one line.
    public var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// The report as a table for people.
    public var text: String { TextTable(rows: rows, wordColumns: 1).text }

    private var rows: [[String]] {
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

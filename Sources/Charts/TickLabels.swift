import Foundation

/// The texts of an axis' ticks, with as many decimals as tell them apart.
enum TickLabels {
    static func texts(_ ticks: Ticks, _ axis: Axis) -> [String] {
        let factor = axis.labels == .percent ? 100.0 : 1
        let values = ticks.values.map { $0 * factor }
        let unit = axis.labels == .percent ? "%" : ""
        guard axis.scale == .linear else { return values.map { power($0) + unit } }
        let greatest = values.map(abs).max() ?? 0
        let (divisor, suffix) =
            greatest >= 2_000_000 ? (1e6, "M") : greatest >= 20_000 ? (1e3, "k") : (1, "")
        let step = zip(values.dropFirst(), values).map { $0 - $1 }.min() ?? greatest
        let decimals = decimals(of: step / divisor)
        guard greatest == 0 || greatest >= 1e-4 else { return values.map { power($0) + unit } }
        return values.map { value in
            value == 0 ? "0" + unit : fixed(value / divisor, decimals) + suffix + unit
        }
    }

    /// As many decimals as a step of 1, 2 or 5 times a power of ten has.
    private static func decimals(of step: Double) -> Int {
        guard step > 0, step < 1 else { return step.rounded() == step ? 0 : 1 }
        return min(8, Int((-Foundation.log10(step) - 1e-9).rounded(.up)))
    }

    /// `0.01`, `1`, `1000`, `1e-05`, `2e+06`.
    private static func power(_ value: Double) -> String { String(format: "%.4g", value) }

    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        String(format: "%.\(decimals)f", value)
    }
}

import Foundation
import Reporting

/// The result of a timed simulation, for people.
package struct TimingText: Sendable {
    private let plan: SimulationPlan
    private let model: LatencyModel
    private let outcome: RelayTiming.Outcome

    /// - Parameters:
    ///   - plan: what was simulated.
    ///   - model: what messages cost.
    ///   - outcome: how long the steps took.
    package init(_ plan: SimulationPlan, _ model: LatencyModel, _ outcome: RelayTiming.Outcome) {
        (self.plan, self.model, self.outcome) = (plan, model, outcome)
    }

    /// The cohort, the time of a step, and a table of what passes through its nodes.
    package var text: String {
        let (relays, levels) = plan.relayCounts
        let size = "\(relays) relays in \(levels) \(levels == 1 ? "level" : "levels")"
        let rate = String(format: "%.0f", model.bandwidth / 1e6)
        return """
            \(plan.learners) learners, \(size); \(plan.steps) steps of \(model.payload) bytes, \
            \(microseconds(model.latency)) under way, \(microseconds(model.handling)) and \
            \(rate) MB/s at a node
            a step takes \(milliseconds(median)) ms at the median, \
            \(milliseconds(outcome.steps.last ?? .zero)) at most

            \(table)
            """
    }

    private var median: Duration {
        outcome.steps.isEmpty ? .zero : outcome.steps[outcome.steps.count / 2]
    }

    private var table: String {
        var rows = [
            ["per step", "messages in", "out", "kB in", "out", "busy, ms"],
            row("a learner", outcome.learner),
        ]
        if plan.relayCounts.levels > 1 { rows.append(row("a leaf relay", outcome.leaf)) }
        rows.append(row("the root", outcome.root))
        return TextTable(rows: rows, wordColumns: 1).text
    }

    private func row(_ title: String, _ traffic: NodeTraffic) -> [String] {
        let counts = [
            traffic.received.messages, traffic.sent.messages, traffic.received.bytes / 1e3,
            traffic.sent.bytes / 1e3,
        ]
        return [title] + counts.map { String(format: "%.1f", $0) } + [milliseconds(traffic.busy)]
    }

    private func milliseconds(_ time: Duration) -> String {
        String(format: "%.3f", time / .milliseconds(1))
    }

    private func microseconds(_ time: Duration) -> String {
        String(format: "%g µs", time / .microseconds(1))
    }
}

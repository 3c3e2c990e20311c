import ArgumentParser
import Foundation
import Reporting
import Simulation

/// What messages cost in a simulation that is timed.
struct MessageCosts: ParsableArguments {
    static let names = "--latency, --bandwidth, --handling and --payload"

    @Option(
        help: """
            Microseconds that a message is under way (default: 70). The defaults of these four are \
            what `cohort bench exchange` finds between processes of one host of two cores.
            """)
    var latency: Double?

    @Option(help: "Megabytes that a node takes in or sends out per second (default: 1700).")
    var bandwidth: Double?

    @Option(help: "Microseconds that a node spends on each message besides (default: 12).")
    var handling: Double?

    @Option(help: "Bytes of a learner's or relay's knowledge at a step (default: 5120).")
    var payload: Int?

    var areGiven: Bool {
        latency != nil || bandwidth != nil || handling != nil || payload != nil
    }

    func validate() throws {
        guard latency ?? 0 >= 0, handling ?? 0 >= 0, payload ?? 1 >= 1, bandwidth ?? 1 > 0,
            [latency, bandwidth, handling].allSatisfy({ $0?.isFinite ?? true })
        else {
            throw ValidationError(
                "--latency and --handling are at least 0, --payload at least 1, --bandwidth above 0"
            )
        }
    }

    var model: LatencyModel {
        var model = LatencyModel()
        if let latency { model.latency = .microseconds(latency) }
        if let handling { model.handling = .microseconds(handling) }
        if let bandwidth { model.bandwidth = bandwidth * 1e6 }
        if let payload { model.payload = payload }
        return model
    }
}

/// What a timed simulation came to, for people.
struct TimingText {
    var plan: SimulationPlan
    var model: LatencyModel
    var outcome: RelayTiming.Outcome

    var text: String {
        let (relays, levels) = plan.relayCounts
        return """
            \(plan.learners) learners, \(relays) relays in \(levels) \(levels == 1 ? "level" : "levels"); \
            \(plan.steps) steps of \(model.payload) bytes, \(spoken(model.latency)) under way, \
            \(spoken(model.handling)) and \(String(format: "%.0f", model.bandwidth / 1e6)) MB/s at a node
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

    private func spoken(_ time: Duration) -> String {
        String(format: "%g µs", time / .microseconds(1))
    }
}

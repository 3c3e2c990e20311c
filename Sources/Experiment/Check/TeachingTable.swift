import CohortGraph
import Reporting

extension ExperimentConfiguration {
    /// One row for each group of edges. What is the same everywhere and as usual has no column.
    var teachingTable: TextTable {
        let shown = Self.columns.filter { column in
            column.usual == nil || graph.groups.contains { column.cell(self, $0) != column.usual }
        }
        return TextTable(
            rows: [shown.map(\.title)]
                + graph.groups.map { group in shown.map { $0.cell(self, group) } })
    }

    private struct Column: Sendable {
        let title: String
        var usual: String?
        let cell: @Sendable (ExperimentConfiguration, EdgeGroup) -> String
    }

    private static let columns = [
        Column(title: "from") { $1.teachers(", ") },
        Column(title: "to") { $1.to },
        Column(title: "stage", usual: "1") { "\($0.stages.number(of: $1.to) ?? 1)" },
        Column(title: "knowledge") { $1.edge.knowledge.rawValue },
        Column(title: "loss") { $1.edge.loss.name },
        Column(title: "taps", usual: "-") { $1.edge.taps.summary },
        Column(title: "temperature") {
            $1.edge.comparesLogits ? number($1.edge.temperature) : "-"
        },
        Column(title: "weight") { number($1.edge.weight) },
        Column(title: "combination", usual: "pairwise") { $1.edge.combination.name },
        Column(title: "draw", usual: "all") { $1.draw.rawValue },
        Column(title: "order", usual: "simultaneous") {
            $1.isSequential ? "sequential" : "simultaneous"
        },
        Column(title: "schedule", usual: "constant") { $1.edge.schedule.summary },
        Column(title: "gate", usual: "through") { $1.edge.gate.rawValue },
        Column(title: "carries", usual: "logits") {
            $1.edge.knowledge == .response ? $1.edge.form.rawValue : "logits"
        },
        Column(title: "codec", usual: EdgeOptions.usualCodec) { $1.edge.codec.name },
        Column(title: "version", usual: "current") { $1.edge.version.suffix ?? "current" },
        Column(title: "augmentation", usual: "weak") { $1.edge.augmentation.summary },
        Column(title: "missing", usual: "wait") { $1.edge.missing.summary },
        Column(title: "inputs", usual: "order") { $1.edge.inputs.rawValue },
    ]
}

extension MissingKnowledge {
    /// `stale: 3`, as it is written.
    fileprivate var summary: String {
        switch self {
        case .wait: "wait"
        case .drop: "drop"
        case .bank(nil): "bank"
        case .bank(let age?): "bank: \(age)"
        case .stale(let steps): "stale: \(steps)"
        }
    }
}

extension Taps {
    /// `layer3 → features`, or one name where both sides have it.
    fileprivate var summary: String {
        guard self != .none else { return "-" }
        let (theirs, own) = (from.joined(separator: "+"), to.joined(separator: "+"))
        return theirs == own ? own : "\(theirs) → \(own)"
    }
}

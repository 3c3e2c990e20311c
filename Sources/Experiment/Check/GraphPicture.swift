import CohortGraph

/// The teaching graph as text that a program draws.
public enum GraphPicture: String, CaseIterable, Sendable {
    /// A flowchart in Mermaid's language, which Markdown pages show.
    case mermaid
    /// A directed graph in Graphviz' language.
    case dot

    /// Draws the learners as nodes and, for each edge group, an arrow from each teacher.
    public func text(of configuration: ExperimentConfiguration) -> String {
        let nodes = configuration.learners.filter { $0.original == nil }
            .map { node($0, in: configuration.stages) }
        let arrows = configuration.graph.groups.flatMap { group in
            group.from.map { arrow(from: $0, group) }
        }
        return switch self {
        case .mermaid: "flowchart LR\n" + (nodes + arrows).map { "    \($0)\n" }.joined()
        case .dot:
            "digraph \"\(configuration.title.replacing("\"", with: "'"))\" {\n    rankdir=LR;\n"
                + (nodes + arrows).map { "    \($0)\n" }.joined() + "}\n"
        }
    }

    /// A teacher stands in a box with corners, a learner in a round one.
    private func node(_ learner: LearnerOptions, in stages: Stages) -> String {
        let model = learner.model?.name ?? "its own model"
        let stage = stages.number(of: learner.name).flatMap {
            stages.count > 1 ? "stage \($0)" : nil
        }
        let role = learner.source != nil ? "recording" : learner.role.rawValue
        let number = learner.replicas > 1 ? ["\(learner.replicas) replicas"] : []
        let lines = [learner.name, model, role] + number + (stage.map { [$0] } ?? [])
        switch self {
        case .mermaid:
            let label = "\"" + lines.joined(separator: "<br/>") + "\""
            return key(learner.name) + (learner.learns ? "(\(label))" : "[\(label)]")
        case .dot:
            let label = lines.joined(separator: "\\n")
            let style = learner.learns ? ", style=rounded" : ""
            return "\"\(learner.name)\" [shape=box\(style), label=\"\(label)\"];"
        }
    }

    private func arrow(from teacher: String, _ group: EdgeGroup) -> String {
        let edge = group.edge
        let label = "\(edge.loss.name) × \(number(edge.weight))"
        switch self {
        case .mermaid:
            let line = group.isStaged(from: teacher) ? "==" : "--"
            return "\(key(teacher)) \(line)\"\(label)\"\(line)> \(key(group.to))"
        case .dot:
            let style = group.isStaged(from: teacher) ? ", style=bold" : ""
            return "\"\(teacher)\" -> \"\(group.to)\" [label=\"\(label)\"\(style)];"
        }
    }

    /// A name that is none of Mermaid's own words.
    private func key(_ name: String) -> String { "learner-\(name)" }
}

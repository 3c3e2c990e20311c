import Bytes
import CohortGraph

/// A graph that a search tries: which kind of learner each node is, and the gate of every edge.
/// Node 0 is the target.
public struct SearchedGraph: Codable, Hashable, Sendable {
    /// The kind of each node: the name of a learner of the searched configuration.
    public var kinds: [String]
    /// The gate of each edge: `gates[k][j]` of the edge from node j to node k, and `gates[k][k]` of
    /// the labels of node k.
    public var gates: [[String]]

    /// A graph whose gates between nodes are all alike, and in which every node has its labels.
    public init(kinds: [String], all gate: Gate) {
        self.kinds = kinds
        gates = kinds.indices.map { student in
            kinds.indices.map { ($0 == student ? Gate.through : gate).rawValue }
        }
    }

    /// Draws a graph: the kinds of all nodes but the target, and all gates, each alike probable.
    ///
    /// - Parameters:
    ///   - gates: those that edges may have; labels have through, cutoff or linear.
    public init(
        target: String, nodes: Int, kinds: [String], gates: [Gate], key: RandomKey
    ) {
        let kindKey = key.child("kinds")
        self.kinds =
            [target] + (1..<nodes).map { kinds[kindKey.integer(below: kinds.count, at: $0)] }
        let (edgeKey, labelKey) = (key.child("gates"), key.child("labels"))
        self.gates = (0..<nodes).map { student in
            (0..<nodes).map { teacher in
                teacher == student
                    ? Self.ofLabels[
                        labelKey.integer(below: Self.ofLabels.count, at: student)
                    ].rawValue
                    : gates[
                        edgeKey.integer(below: gates.count, at: student * nodes + teacher)
                    ].rawValue
            }
        }
        // The target has something to learn from.
        if teachers(of: 0).isEmpty, isCut(0, 0) { self.gates[0][0] = Gate.through.rawValue }
        simplify()
    }

    /// The gates that labels may have.
    private static let ofLabels: [Gate] = [.through, .cutoff, .linear]

    /// The gate of an edge, or of a node's labels.
    func gate(from teacher: Int, to student: Int) -> Gate {
        Gate(rawValue: gates[student][teacher]) ?? .cutoff
    }

    private func isCut(_ teacher: Int, _ student: Int) -> Bool {
        gate(from: teacher, to: student) == .cutoff
    }

    /// The nodes that teach a node.
    func teachers(of student: Int) -> [Int] {
        kinds.indices.filter { $0 != student && !isCut($0, student) }
    }

    /// Whether nothing reaches a node: it is trained first, on its labels alone, and then frozen.
    func isFrozen(_ node: Int) -> Bool { isCut(node, node) && teachers(of: node).isEmpty }

    /// Cuts off every edge into a node from which nothing reaches the target, and leaves out such
    /// nodes: nothing of them changes what the target learns.
    private mutating func simplify() {
        var reached: Set<Int> = [0]
        var waiting = [0]
        while let node = waiting.popLast() {
            for teacher in teachers(of: node) where reached.insert(teacher).inserted {
                waiting.append(teacher)
            }
        }
        let kept = kinds.indices.filter(reached.contains)
        gates = kept.map { student in kept.map { gates[student][$0] } }
        kinds = kept.map { kinds[$0] }
    }

    /// The nodes' names in the graph's configuration: the target's own, and of another its kind and
    /// its number from 2.
    public var names: [String] {
        kinds.indices.map { node in
            guard node > 0 else { return kinds[0] }
            let name = "\(kinds[node].prefix(24))-\(node + 1)"
            return name == kinds[0] ? "\(name)x" : name
        }
    }

    /// The edges and labels with their gates, such as `b-2→a linear, labels→a through`.
    public var edges: [String] {
        let names = names
        return kinds.indices.flatMap { student in
            kinds.indices.compactMap { teacher in
                let gate = gate(from: teacher, to: student)
                guard gate != .cutoff else { return nil }
                let from = teacher == student ? "labels" : names[teacher]
                return "\(from)→\(names[student]) \(gate.rawValue)"
            } + (isFrozen(student) ? ["\(names[student]) trained before"] : [])
        }
    }
}

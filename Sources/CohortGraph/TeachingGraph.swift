/// Who teaches whom, with what and how strongly: the one directed graph that every scheme expands
/// to.
public struct TeachingGraph: Hashable, Sendable {
    /// In the order of the configuration.
    public let learners: [Learner]
    /// The edges, grouped by the term that they make.
    public let groups: [EdgeGroup]
    private let nodes: [String: Node]
    /// The nodes that share the load of a teacher, itself first, by its name; only of teachers that
    /// have several.
    private let replicas: [String: [String]]

    /// A learner's index in the order, and the numbers of the groups that it is in.
    private struct Node: Hashable {
        let index: Int
        var into: [Int] = []
        var from: [Int] = []
    }

    /// A graph of these nodes and edges.
    public init(learners: [Learner], groups: [EdgeGroup]) {
        self.learners = learners
        self.groups = groups
        var nodes: [String: Node] = [:]
        for (index, learner) in learners.enumerated() { nodes[learner.name] = Node(index: index) }
        for (number, group) in groups.enumerated() {
            nodes[group.to]?.into.append(number)
            for name in group.from { nodes[name]?.from.append(number) }
        }
        self.nodes = nodes
        replicas = learners.reduce(into: [:]) { replicas, learner in
            guard let original = learner.original else { return }
            replicas[original, default: [original]].append(learner.name)
        }
    }

    /// The nodes that take the part of a teacher in turn, a step each: itself alone, or itself and
    /// those that share its load.
    public func replicas(of teacher: String) -> [String] { replicas[teacher] ?? [teacher] }

    /// The teacher whose part a node takes: most often itself.
    public func original(of node: String) -> String { self[node]?.original ?? node }

    /// Whether a teacher has no samples, so that its students send it each batch.
    public func isSentInputs(_ teacher: String) -> Bool {
        numbers(from: original(of: teacher)).contains { groups[$0].edge.inputs == .send }
    }

    /// The node that makes samples for the others; nil where nobody does. Where one does so with
    /// frozen weights, those that learn to make samples follow it.
    public var generator: String? {
        let frozen = learners.first { $0.role == .frozenGenerator }
        return (frozen ?? learners.first { $0.role == .generator })?.name
    }

    /// How many finished batches a generator keeps; nil where it keeps none.
    public func banked(by generator: String) -> Int? {
        numbers(into: generator).lazy.compactMap { groups[$0].edge.schedule.turn?.bank }.first
    }

    /// In how many views a batch holds each sample while a generator learns: two where a loss
    /// compares these, else one.
    public func views(by generator: String) -> Int {
        groups(into: generator).contains { $0.edge.lossTraits.contains(.comparesViews) } ? 2 : 1
    }

    /// Whether a generator sends a node the samples that it makes.
    public func isSentMadeSamples(_ name: String) -> Bool {
        guard name != generator else { return false }
        let taught = numbers(into: name).contains { groups[$0].edge.inputs == .made }
        return taught || numbers(from: name).contains { groups[$0].edge.inputs == .made }
    }

    /// Whether a frozen teacher has no samples: its students send it each batch, or a generator
    /// does.
    public func hasNoSamples(_ name: String) -> Bool {
        isSentInputs(name) || self[name]?.learns == false && isSentMadeSamples(name)
    }

    /// The learner of a name.
    public subscript(name: String) -> Learner? { index(of: name).map { learners[$0] } }

    /// The index of a learner in the order of the configuration, from 0.
    public func index(of learner: String) -> Int? { nodes[learner]?.index }

    /// Whether a learner teaches or is taught, be it by itself.
    public func isInGroup(_ learner: String) -> Bool {
        nodes[original(of: learner)].map { !$0.into.isEmpty || !$0.from.isEmpty } ?? false
    }

    /// Whether a learner teaches another.
    public func teaches(_ learner: String) -> Bool {
        numbers(from: learner).contains { groups[$0].to != learner }
    }

    /// The numbers of the groups that teach a learner, in order.
    public func numbers(into learner: String) -> [Int] { nodes[learner]?.into ?? [] }

    /// The numbers of the groups in which a learner teaches, be it itself, in order.
    public func numbers(from learner: String) -> [Int] {
        nodes[original(of: learner)]?.from ?? []
    }

    /// The groups that teach a learner, in order.
    public func groups(into learner: String) -> [EdgeGroup] {
        numbers(into: learner).map { groups[$0] }
    }

    /// The teachers of `learner` outside its own process, in the order of the configuration.
    public func teachers(of learner: String) -> [String] {
        others(than: learner, among: numbers(into: learner).flatMap { groups[$0].from })
    }

    /// Those that `learner` teaches over a socket, in the order of the configuration.
    public func students(of learner: String) -> [String] {
        others(than: learner, among: numbers(from: learner).map { groups[$0].to })
    }

    private func others(than learner: String, among names: [String]) -> [String] {
        Set(names.lazy.filter { $0 != learner }.compactMap(index)).sorted()
            .map { learners[$0].name }
    }
}

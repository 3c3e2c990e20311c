import CohortGraph

/// Which tensors travel from whom to whom, in which round of which step.
///
/// The rounds are an ordered list of `DeliveryRule`s: a new kind of round is one more rule.
public struct Deliveries: Sendable {
    /// A student of a teacher.
    struct Pair: Hashable, Sendable {
        var from: String
        var to: String
    }

    let graph: TeachingGraph
    /// The name of the tensor that each group asks for.
    let offers: [String]
    let calendar: TrainingCalendar
    let draws: TeacherDraws
    let relays: RelayTraffic
    /// The groups of each pair whose knowledge travels directly, without a relay.
    private let pairs: [Pair: [Int]]
    private let neighbourhood: Neighbourhood
    private let order: [String: Int]
    /// The rounds of a step.
    private let rules: [any DeliveryRule]
    /// The rounds that a step may have, in their order, and the samples of each.
    public let rounds: RoundSchedule

    /// The rounds of a step in every graph.
    private static let rules: [any DeliveryRule] = [
        BatchDelivery.before, BatchDelivery.after, EvaluationDelivery(), EnsembleDelivery(),
        ValidationDelivery(),
    ]

    /// The number of each node among those that share the load of its teacher, and how many these
    /// are; of those alone that share one.
    private let turns: [String: (number: Int, count: Int)]

    /// - Parameters:
    ///   - circles: the relay circles of the graph.
    ///   - offers: the name of the tensor that each group asks for.
    init(
        _ graph: TeachingGraph, circles: [RelayTree], offers: [String],
        _ calendar: TrainingCalendar, _ draws: TeacherDraws
    ) {
        self.graph = graph
        self.offers = offers
        self.calendar = calendar
        self.draws = draws
        let relayed = Set(circles.flatMap(\.groups))
        var pairs: [Pair: [Int]] = [:]
        for (index, group) in graph.groups.enumerated() where !relayed.contains(index) {
            for from in group.from.flatMap(graph.replicas) {
                pairs[Pair(from: from, to: group.to), default: []].append(index)
            }
        }
        self.pairs = pairs
        neighbourhood = Neighbourhood(graph, trees: circles)
        relays = RelayTraffic(circles, of: graph, pace: calendar.pace)
        order = Dictionary(
            uniqueKeysWithValues: graph.learners.enumerated().map { ($1.name, $0) })
        var turns: [String: (number: Int, count: Int)] = [:]
        for learner in graph.learners where learner.original != nil {
            let nodes = graph.replicas(of: graph.original(of: learner.name))
            for (number, node) in nodes.enumerated() { turns[node] = (number, nodes.count) }
        }
        self.turns = turns
        rules =
            Self.rules + InputsDelivery.rules(of: graph) + Self.rulesOfMadeSamples(graph)
        rounds = RoundSchedule(
            Dictionary(uniqueKeysWithValues: rules.map { ($0.round, $0.samples) }))
    }

    var groups: [EdgeGroup] { graph.groups }

    /// The numbers of the groups by which a learner teaches another directly.
    func groups(from: String, to: String) -> [Int]? { pairs[Pair(from: from, to: to)] }

    /// The same where the student learns at a step; none where it does not.
    func groups(from: String, to: String, at step: Int) -> [Int] {
        guard let groups = groups(from: from, to: to), calendar.learns(to, at: step) else {
            return []
        }
        return groups
    }

    /// Whether a node takes a teacher's part at a step: each of those that share its load does so
    /// in turn.
    func isTurn(of node: String, at step: Int) -> Bool {
        turns[node].map { step % $0.count == $0.number } ?? true
    }

    /// Whether a node publishes the logits of held-out samples: it has them, and no node takes
    /// the same teacher's part in that.
    func hasHeldOutSamples(_ node: String) -> Bool {
        !graph.hasNoSamples(node) && graph[node]?.original == nil
            && graph[node]?.role.makesSamples == false
    }

    /// The rounds of a step on the samples that the cohort teaches on, in their order.
    var batchRounds: [Round] { rounds.batchRounds }

    /// The names of the tensors that one node sends another at a step and round.
    public func tensorsDue(from: String, to: String, step: Int, round: Round) -> [String] {
        guard let rule = rules.first(where: { $0.round == round }) else { return [] }
        if let link = relays.link(from: from, to: to) {
            return rule.sums(over: link, step: step, in: self)
        }
        return rule.tensors(from: from, to: to, step: step, in: self)
    }

    /// The names of all tensors that a node publishes at a step and round, for any student.
    package func published(by name: String, step: Int, round: Round) -> Set<String> {
        Set(
            neighbours(of: name).students.flatMap {
                tensorsDue(from: name, to: $0, step: step, round: round)
            })
    }

    /// Whether any teacher sends something to a node at a step and round.
    func isTaught(_ name: String, step: Int, round: Round) -> Bool {
        neighbours(of: name).teachers.contains {
            !tensorsDue(from: $0, to: name, step: step, round: round).isEmpty
        }
    }

    /// The nodes from which a learner or a relay receives, and those to which it sends.
    public func neighbours(of name: String) -> (teachers: [String], students: [String]) {
        (neighbourhood.teachers(of: name), neighbourhood.students(of: name))
    }

    /// The number of steps for which a learner or a relay takes part: to the end of its own
    /// training and of the training of every student.
    public func steps(of name: String) -> Int {
        let students = neighbourhood.students(of: name) + relays.students(of: name)
        return ([name] + students).compactMap(calendar.budget).max() ?? 0
    }

    /// How many steps early a learner publishes its knowledge, as long as its weights change.
    public func lookAhead(of name: String) -> Int {
        guard calendar.learns(name, at: 0) else { return 0 }
        return neighbourhood.students(of: name).flatMap { groups(from: name, to: $0) ?? [] }
            .map { groups[$0].edge.missing.lookAhead }.max() ?? 0
    }

    /// Whether a learner goes on without knowledge that another does not send: where no group needs
    /// it.
    public func isOptional(from: String, to: String) -> Bool {
        guard let indices = groups(from: from, to: to) else { return false }
        return indices.allSatisfy { groups[$0].edge.missing.isOptional }
    }

    /// Whether a learner stores knowledge of another that arrives too late for its step: where it
    /// goes on without, and a group can use it later.
    public func keepsLate(from: String, to: String) -> Bool {
        guard isOptional(from: from, to: to), let indices = groups(from: from, to: to) else {
            return false
        }
        return indices.contains { groups[$0].edge.missing.isBank }
    }

    /// The circle in which a learner or relay exchanges sums; nil where it does not.
    func circle(of name: String) -> RelayTree? { relays.circle(of: name) }

    /// The name of the tensor that the learners of a circle add up.
    func offer(of circle: RelayTree) -> String { offers[circle.groups[0]] }

    /// Whether a name is that of a relay.
    public func isRelay(_ name: String) -> Bool {
        relays.circle(of: name)?.relays.contains(name) == true
    }

    /// The parent of a relay in its circle.
    func parent(of relay: String) -> String? { relays.circle(of: relay)?.parents[relay] }

    /// Whether a learner stands before another in the order of the configuration.
    func isEarlier(_ name: String, than other: String) -> Bool {
        order[name, default: 0] < order[other, default: 0]
    }
}

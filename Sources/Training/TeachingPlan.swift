import Bytes
import CohortGraph
import Exchange
import NeuralNetwork

/// What is taught at every step of a stage: a pure function of the configuration, the same in every
/// process, so that all know who sends what to whom without asking.
public struct TeachingPlan: Sendable {
    /// A term of a learner's loss, and what it needs of each teacher.
    struct Planned: Sendable {
        let group: EdgeGroup
        let offer: String
        let key: RandomKey
    }

    private struct Pair: Hashable, Sendable {
        var from: String
        var to: String
    }

    /// At which steps a learner learns and is tested.
    private struct Pace: Hashable {
        var steps: Int?
        var clock: EpochClock?
    }

    private let groups: [Planned]
    private let pairs: [Pair: [Int]]
    private let order: [String: Int]
    private let budgets: [String: Int]
    private let clocks: [String: EpochClock]
    private let evaluationEpochs: Int
    private let neighbourhood: Neighbourhood
    private let relays: RelayTraffic

    /// - Parameters:
    ///   - graph: who takes part in the stage, and its edges.
    ///   - circles: those of its groups that go through relays.
    ///   - offers: the name of the tensor that each group asks for.
    ///   - budgets: the steps for which each learner learns in this stage; 0 for one that is frozen.
    ///   - clocks: the epochs that each learner counts.
    ///   - evaluationEpochs: epochs between evaluations, 0 for one at the end alone.
    ///   - key: of the run's seed; determines draws.
    public init(
        _ graph: TeachingGraph, circles: [RelayCircle] = [], offers: [String],
        budgets: [String: Int],
        clocks: [String: EpochClock], evaluationEpochs: Int, key: RandomKey
    ) {
        groups = zip(graph.groups, offers).enumerated().map { index, pair in
            Planned(
                group: pair.0, offer: pair.1,
                key: key.child("draw").child(pair.0.to).child(index))
        }
        var pairs: [Pair: [Int]] = [:]
        let relayed = Set(circles.flatMap(\.groups))
        for (index, group) in graph.groups.enumerated() where !relayed.contains(index) {
            for from in group.from {
                pairs[Pair(from: from, to: group.to), default: []].append(index)
            }
        }
        self.pairs = pairs
        neighbourhood = Neighbourhood(graph, circles: circles)
        relays = RelayTraffic(circles, of: graph) {
            Pace(steps: budgets[$0], clock: clocks[$0])
        }
        order = Dictionary(
            uniqueKeysWithValues: graph.learners.enumerated().map { ($1.name, $0) })
        self.budgets = budgets
        self.clocks = clocks
        self.evaluationEpochs = evaluationEpochs
    }

    /// A learner that nobody teaches and who teaches nobody.
    public init(alone name: String, steps: Int, clock: EpochClock, evaluationEpochs: Int) {
        self.init(
            TeachingGraph(learners: [Learner(name: name)], groups: []), offers: [],
            budgets: [name: steps], clocks: [name: clock], evaluationEpochs: evaluationEpochs,
            key: RandomKey(seed: 0))
    }

    /// How much a group's weight counts at a step, in 0...1.
    func factor(of index: Int, at step: Int) -> Double {
        let group = groups[index].group
        guard group.edge.gate != .cut, let clock = clocks[group.to] else { return 0 }
        return group.edge.schedule.factor(at: step, stepsPerEpoch: clock.stepsPerEpoch)
    }

    /// Who of a group teaches at a step.
    func teachers(of index: Int, at step: Int) -> [String] {
        let (group, key) = (groups[index].group, groups[index].key)
        guard group.draw != .all, group.from.count > 1 else { return group.from }
        let drawn = group.from[key.integer(below: group.from.count, at: step)]
        return group.draw == .one ? [drawn] : group.from.filter { $0 != drawn }
    }

    /// How long a learner or a relay takes part: to the end of its own training and of all that it
    /// teaches.
    func steps(of name: String) -> Int {
        let students = neighbourhood.students(of: name) + relays.students(of: name)
        return ([name] + students).compactMap { budgets[$0] }.max() ?? 0
    }

    /// How many steps early a learner makes what it teaches, as long as its weights change.
    public func lead(of name: String) -> Int {
        guard budgets[name, default: 0] > 0 else { return 0 }
        return neighbourhood.students(of: name).flatMap { pairs[Pair(from: name, to: $0)] ?? [] }
            .map { groups[$0].group.edge.missing.lead }.max() ?? 0
    }

    /// The circle in which a learner or relay trades sums; nil where it does not.
    func circle(of name: String) -> RelayCircle? { relays.circle(of: name) }

    /// The name of the tensor that a circle's learners sum up.
    func offer(of circle: RelayCircle) -> String { groups[circle.groups[0]].offer }

    /// Those that a learner or a relay hears, and those that hear it.
    public func neighbours(of name: String) -> (teachers: [String], students: [String]) {
        (neighbourhood.teachers(of: name), neighbourhood.students(of: name))
    }

    /// The names of the tensors that one sends another at a step and round.
    public func tensorsDue(from: String, to: String, step: Int, round: Round) -> [String] {
        if let link = relays.link(from: from, to: to) {
            return sums(over: link, step, round)
        }
        guard let indices = pairs[Pair(from: from, to: to)], step < budgets[to] ?? 0 else {
            return []
        }
        switch round {
        case .evaluation:
            // What comes through a relay is heard there.
            let isHeard = relays.circle(of: to)?.sources.contains(from) == true
            let isEarly = indices.contains { groups[$0].group.edge.missing.lead > 0 }
            return evaluates(to, after: step + 1) && !isHeard && !isEarly
                ? [KnowledgeTensor.logitsName] : []
        case .ensemble: return []
        case .validation:
            let isAsked = indices.contains { groups[$0].group.edge.needsErrors }
            let isDue = clocks[to]?.endsEpoch(after: step + 1) == true
            return isAsked && isDue ? [KnowledgeTensor.logitsName] : []
        case .before, .after:
            var names: [String] = []
            for index in indices where round == self.round(of: from, in: groups[index].group) {
                guard factor(of: index, at: step) > 0, !names.contains(groups[index].offer),
                    teachers(of: index, at: step).contains(from)
                else { continue }
                names.append(groups[index].offer)
            }
            return names
        default: return []
        }
    }

    /// The sums that travel between a relay and those beside it: up in one round, down in the next.
    private func sums(over link: RelayTraffic.Link, _ step: Int, _ round: Round) -> [String] {
        switch round {
        case .before where link.isUp, .after where !link.isUp:
            return relays.groups(needing: link).contains { index in
                step < budgets[groups[index].group.to] ?? 0 && factor(of: index, at: step) > 0
            } ? [link.sum] : []
        case .evaluation where link.isUp, .ensemble where !link.isUp:
            return relays.students(needing: link).contains { evaluates($0, after: step + 1) }
                ? [KnowledgeTensor.sumName(at: 1)] : []
        default: return []
        }
    }

    /// Whether a learner goes on without what another does not send: where all that it teaches may be
    /// missing.
    public func isOptional(from: String, to: String) -> Bool {
        guard let indices = pairs[Pair(from: from, to: to)] else { return false }
        return indices.allSatisfy { groups[$0].group.edge.missing.isOptional }
    }

    /// Whether a learner takes in what another says too late: where it goes on without, and one of the
    /// groups has a use for it.
    public func keepsLate(from: String, to: String) -> Bool {
        guard isOptional(from: from, to: to), let indices = pairs[Pair(from: from, to: to)] else {
            return false
        }
        return indices.contains { groups[$0].group.edge.missing.isBank }
    }

    /// Whether a name is that of a relay.
    public func isRelay(_ name: String) -> Bool {
        relays.circle(of: name)?.relays.contains(name) == true
    }

    /// Where a relay stands.
    public func place(of relay: String) -> RelayPlace {
        RelayPlace(parent: relays.circle(of: relay)?.parents[relay])
    }

    /// Sequential mutual learning: who comes earlier teaches with what it knows after its update.
    private func round(of teacher: String, in group: EdgeGroup) -> Round {
        guard group.isSequential else { return .before }
        return order[teacher, default: 0] < order[group.to, default: 0] ? .after : .before
    }

    /// Whether a learner is tested when it has done `step` steps.
    func evaluates(_ name: String, after step: Int) -> Bool {
        guard let budget = budgets[name], let clock = clocks[name], step <= budget else {
            return false
        }
        return step == budget
            || evaluationEpochs > 0 && clock.endsEpoch(after: step)
                && clock.epoch(after: step).isMultiple(of: evaluationEpochs)
    }

    /// All that a learner publishes at a step and round, whoever needs it.
    func published(by name: String, step: Int, round: Round) -> Set<String> {
        Set(
            neighbours(of: name).students.flatMap {
                tensorsDue(from: name, to: $0, step: step, round: round)
            })
    }

    /// Whether anyone teaches a learner at a step and round.
    func isTaught(_ name: String, step: Int, round: Round) -> Bool {
        neighbours(of: name).teachers.contains {
            !tensorsDue(from: $0, to: name, step: step, round: round).isEmpty
        }
    }
}

import CohortGraph
import Exchange

/// Who sends what to whom, and when. Nodes are the learners, then the relays, then the rendezvous.
extension SimulationPlan {
    var relays: Int { circle?.relays.count ?? 0 }
    /// How many relays there are, and in how many levels.
    package var relayCounts: (relays: Int, levels: Int) {
        var levels = 0
        var above = parent(of: 0)
        while let relay = above {
            levels += 1
            above = circle?.parents[relay]
        }
        return (relays, levels)
    }

    /// Learners and relays.
    var members: Int { learners + relays }
    var rendezvous: Int { members }

    func isRelay(_ member: Int) -> Bool { member >= learners }

    func name(of member: Int) -> String {
        isRelay(member) ? "relay-\(member - learners + 1)" : "l\(member)"
    }

    func number(of name: String) -> Int {
        let isRelay = name.utf8.first == UInt8(ascii: "r")
        let digits = name.utf8.dropFirst(isRelay ? "relay-".utf8.count : 1)
        let number = digits.reduce(0) { 10 * $0 + Int($1 - UInt8(ascii: "0")) }
        return isRelay ? learners + number - 1 : number
    }

    /// The relay that a member reports to.
    func parent(of member: Int) -> String? { circle?.parents[name(of: member)] }

    /// The learners that teach a learner, directly or through relays, by number.
    func teachers(of learner: Int) -> [Int] {
        switch graph {
        case .mutual: (0..<learners).filter { $0 != learner }
        case .ring: [(learner + learners - 1) % learners]
        case .chain: learner == 0 ? [] : [learner - 1]
        case .generator:
            (0..<learners).filter { other in
                generated.contains { sends(other, to: learner, in: $0) }
            }
        }
    }

    /// The learners that teach a learner directly in a round, by number.
    func teachers(of learner: Int, in round: Round) -> [Int] {
        guard graph == .generator else { return teachers(of: learner) }
        return (0..<learners).filter { sends($0, to: learner, in: round) }
    }

    /// Whether anyone is sent something by a learner in a round.
    func publishes(_ learner: Int, in round: Round) -> Bool {
        graph == .generator
            ? (0..<learners).contains { sends(learner, to: $0, in: round) }
            : !students(of: learner).isEmpty
    }

    /// The rounds of a step in which a generator, learner 0, makes samples, and what learner 1, who
    /// teaches the others, and these publish of them comes back as gradients.
    private var generated: [Round] {
        [.inputs(ahead: 0), .before, .adjoints, .returnedAdjoints]
    }

    private func sends(_ from: Int, to: Int, in round: Round) -> Bool {
        guard from != to else { return false }
        return switch round {
        case .before: from == 1 || from != 0 && to == 0
        case .returnedAdjoints: to == 0
        case .evaluation: false
        default: from == 0
        }
    }

    private func students(of learner: Int) -> [Int] {
        (0..<learners).filter { teachers(of: $0).contains(learner) }
    }

    /// Whose addresses each is sent.
    var neighbourhood: Neighbourhood {
        let learners = Array(0..<learners)
        let groups = learners.map { learner in
            EdgeGroup(
                from: teachers(of: learner).map(name(of:)), to: name(of: learner),
                EdgeOptions(loss: "dml"))
        }
        return Neighbourhood(
            TeachingGraph(
                learners: learners.map { Learner(name: name(of: $0)) },
                groups: circle == nil ? groups : []),
            trees: circle.map { [$0] } ?? [])
    }

    /// The rounds of a step in which learners publish: every tenth tests the ensemble too.
    func rounds(of step: Int) -> [Round] {
        guard graph != .generator else { return generated }
        return (step + 1).isMultiple(of: 10) ? [.before, .evaluation] : [.before]
    }

    /// The rounds that a step may have, and of which samples.
    var schedule: RoundSchedule {
        guard graph == .generator else { return .standard }
        return RoundSchedule([
            .inputs(ahead: 0): .inputs, .before: .batch, .adjoints: .adjoints,
            .returnedAdjoints: .adjoints,
        ])
    }

    /// The links from the teachers of a member, and to its students.
    func links(of member: Int, _ missing: Missing) -> (teachers: [Link], students: [Link]) {
        guard let circle else {
            func links(_ numbers: [Int], fromThem: Bool) -> [Link] {
                numbers.map { number in
                    let (from, to) = fromThem ? (number, member) : (member, number)
                    return Link(
                        name(of: number), isOptional: missing.goesOn, acceptsLate: missing == .bank
                    ) { step, round in
                        rounds(of: step).contains(round)
                            && teachers(of: to, in: round).contains(from) ? ["logits"] : []
                    }
                }
            }
            return (
                links(teachers(of: member), fromThem: true),
                links(students(of: member), fromThem: false)
            )
        }
        let parent = parent(of: member).map { [$0] } ?? []
        let children = circle.children(of: name(of: member))
        return (
            parent.map { link($0, isUp: false) } + children.map { link($0, isUp: true) },
            parent.map { link($0, isUp: true) } + children.map { link($0, isUp: false) }
        )
    }

    /// One direction between a member and its parent: sums go up, and come down in the round after.
    private func link(_ peer: String, isUp: Bool) -> Link {
        let contract = TensorContract(
            kind: .sum, shape: [1, SimulatedKnowledge.classes + 1],
            domain: .fixedPoint(mostLearners: learners))
        return Link(peer, isRelay: isRelay(number(of: peer))) { step, round in
            let rounds = rounds(of: step)
            let travels = rounds.contains { round == (isUp ? $0 : $0.ofSum) }
            return travels ? [SimulatedKnowledge.sum] : []
        } contract: { _, _ in
            contract
        }
    }
}

extension Round {
    /// The round in which relays publish the sum of what learners published in this one.
    var ofSum: Round { self == .before ? .after : .ensemble }
}

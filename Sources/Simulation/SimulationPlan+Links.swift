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
    static func rounds(of step: Int) -> [Round] {
        (step + 1).isMultiple(of: 10) ? [.before, .evaluation] : [.before]
    }

    /// The links from the teachers of a member, and to its students.
    func links(of member: Int, _ missing: Missing) -> (teachers: [Link], students: [Link]) {
        guard let circle else {
            func links(_ numbers: [Int]) -> [Link] {
                numbers.map { number in
                    Link(
                        name(of: number), isOptional: missing.goesOn, acceptsLate: missing == .bank
                    ) { step, round in
                        Self.rounds(of: step).contains(round) ? ["logits"] : []
                    }
                }
            }
            return (links(teachers(of: member)), links(students(of: member)))
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
            let rounds = Self.rounds(of: step)
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

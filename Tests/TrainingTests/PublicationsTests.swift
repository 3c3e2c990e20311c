import CohortGraph
import Testing
import Training

/// What nodes publish by their plan, against a count of what is due step by step.
@Suite(.timeLimit(.minutes(1))) struct PublicationsTests {
    private static let steps = 40
    private static let names = ["a", "b", "c"]

    private static func cohort(
        _ groups: [EdgeGroup], relays: Int? = nil
    ) -> TestCohort {
        var cohort = TestCohort(names.map { .init(name: $0, steps: steps) }, groups)
        cohort.fanOut = relays
        return cohort
    }

    private static func mutual(
        _ edge: EdgeOptions = EdgeOptions(loss: "dml"), sequential: Bool = false
    ) -> [EdgeGroup] {
        names.map { name in
            var group = EdgeGroup(from: names.filter { $0 != name }, to: name, edge)
            group.isSequential = sequential
            return group
        }
    }

    /// Every second step, and every second step beginning with the other.
    private static var alternating: [EdgeGroup] {
        [("b", 0), ("c", 1)].map { student, burnIn in
            var edge = EdgeOptions(loss: "dml")
            edge.schedule.every = 2
            edge.schedule.burnIn = burnIn
            return EdgeGroup(from: ["a"], to: student, edge)
        }
    }

    /// A teacher without samples.
    private static var sent: [EdgeGroup] {
        ["a", "b"].map { student in
            var edge = EdgeOptions(loss: "kd")
            edge.inputs = .send
            return EdgeGroup(from: ["c"], to: student, edge)
        }
    }

    private static let cohorts = [
        "simultaneous": cohort(mutual()), "sequential": cohort(mutual(sequential: true)),
        "alternating": cohort(alternating),
        "general": cohort(
            mutual(
                EdgeOptions(
                    loss: "kd", combination: "kdcl-general", combinationTraits: .needsErrors))),
        "sent": cohort(sent),
        "relays": cohort(mutual(EdgeOptions(loss: "dml", combination: "probabilities")), relays: 3),
    ]

    @Test(arguments: cohorts.keys.sorted())
    func theSharesAreThoseOfTheSteps(_ name: String) throws {
        let cohort = try #require(Self.cohorts[name])
        let deliveries = try cohort.plan.deliveries
        let nodes = Self.names + (try cohort.relayAssemblies.map(\.name))
        var found = 0
        for node in nodes {
            let publications = deliveries.publications(of: node)
            var counts: [String: Int] = [:]
            for step in 0..<Self.steps {
                for round in deliveries.rounds.rounds {
                    for tensor in deliveries.published(by: node, step: step, round: round) {
                        counts["\(round) \(tensor)", default: 0] += 1
                    }
                }
            }
            found += counts.count
            let said = Dictionary(
                uniqueKeysWithValues: publications.map { ("\($0.round) \($0.tensor)", $0.share) })
            #expect(Set(counts.keys).isSubset(of: said.keys), "\(node)")
            for (place, share) in said {
                let most = share * Double(Self.steps)
                let count = Double(counts[place] ?? 0)
                #expect(count <= most + 1 && most <= count + 1, "\(node): \(place)")
            }
        }
        #expect(found > 0)
    }
}

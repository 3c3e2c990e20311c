import CohortGraph
import Experiment
import Options
import Testing

/// Which groups go through relays, and why others do not.
@Suite(.timeLimit(.minutes(1))) struct RelayPlanTests {
    private func configuration(
        of count: Int, _ scheme: String = "mutual: {among: [%]}", _ overrides: String...
    ) throws -> ExperimentConfiguration {
        let names = (1...count).map { "m\($0)" }
        let learners = names.map { "  \($0): {model: mlp}\n" }.joined()
        let scheme = scheme.replacing("%", with: names.joined(separator: ", "))
        return try ExperimentTests.configuration(
            "training: {steps: 5}\nlearners:\n\(learners)teaching:\n  - \(scheme)",
            overrides: overrides)
    }

    @Test func upToEightAreAMesh() throws {
        #expect(try configuration(of: 8).relays(in: 1).trees.isEmpty)
        #expect(try configuration(of: 9).relays(in: 1).relays == ["relay-1"])
        let mesh = try configuration(of: 9, "mutual: [%]", "exchange.topology=mesh")
        #expect(mesh.relays(in: 1) == RelayPlan())
        let forced = try configuration(of: 3, "mutual: [%]", "exchange.topology=relay")
        #expect(forced.relays(in: 1).relays == ["relay-1"])
    }

    /// As few levels as the fan allows, evenly filled, and nobody left out.
    @Test(arguments: [
        (9, 64, [1]), (65, 64, [1, 2]), (100, 10, [1, 10]), (30, 3, [1, 2, 4, 10]),
    ])
    func levelsFollowFromTheFan(count: Int, fan: Int, levels: [Int]) throws {
        let plan = try configuration(of: count, "mutual: [%]", "exchange.fan=\(fan)").relays(in: 1)
        let tree = try #require(plan.trees.first)
        #expect(tree.relays.count == levels.reduce(0, +))
        var members = [tree.relays[0]]
        for level in levels.dropFirst() + [count] {
            let sizes = members.map { tree.children(of: $0).count }
            #expect(sizes.max()! <= fan && sizes.max()! - sizes.min()! <= 1)
            members = members.flatMap(tree.children)
            #expect(members.count == level)
        }
        #expect(members == tree.sources && members == tree.students)
        #expect(tree.relays.map(tree.sourceCount(below:)).first == count)
    }

    @Test(arguments: [
        ("mutual: {among: [%], loss: kd, temperature: 4}", nil),
        ("mutual: {among: [%], combine: probabilities}", nil),
        ("average: {from: [m1, m2], to: m3, of: probabilities}", nil),
        (
            "mutual: {among: [%], order: sequential}",
            "order 'sequential' takes some before and some after their update"
        ),
        (
            "mutual: {among: [%], missing: drop}",
            "missing 'drop' goes on without single teachers"
        ),
        (
            "mutual: {among: [%], missing: {bank: 20}}",
            "missing 'bank' keeps what single teachers published"
        ),
        (
            "mutual: {among: [%], missing: {stale: 2}}",
            "missing 'stale' takes what others, and not the learner, made early"
        ),
        ("mutual: {among: [%], codec: int8}", "codec 'int8' loses bits, and a sum is exact"),
        (
            "mutual: {among: [%], gate: better}",
            "gate 'better' looks at each teacher by itself"
        ),
        (
            "mutual: {among: [%], combine: entropy}",
            "combine 'entropy' looks at each teacher by itself"
        ),
        (
            "mutual: {among: [%], loss: dkd, combine: pairwise}",
            "loss 'dkd' needs more of the teachers than their probabilities"
        ),
    ])
    func aRelayIsRefusedWhereASumIsNotEnough(scheme: String, reason: String?) throws {
        guard let reason else {
            let plan = try configuration(of: 9, scheme, "exchange.topology=relay").relays(in: 1)
            return #expect(plan.relays == ["relay-1"] && plan.objections.isEmpty)
        }
        let error = #expect(throws: SettingError.self) {
            try configuration(of: 9, scheme, "exchange.topology=relay")
        }
        #expect(error?.message.hasSuffix(": \(reason); use auto or mesh") == true)
        // Left to itself, the cohort does without, and says why.
        let plan = try configuration(of: 9, scheme).relays(in: 1)
        #expect(plan.relays.isEmpty && plan.objections[0] == reason)
        #expect(try configuration(of: 10, scheme).checkReport().contains("directly: \(reason)"))
    }

    /// Of two circles with a learner in common the first has the relays; others have their own.
    @Test func circlesDoNotShareRelays() throws {
        let learners = (1...20).map { "  m\($0): {model: mlp}\n" }.joined()
        func names(_ range: ClosedRange<Int>) -> String {
            range.map { "m\($0)" }.joined(separator: ", ")
        }
        func plan(_ second: ClosedRange<Int>) throws -> RelayPlan {
            try ExperimentTests.configuration(
                "training: {steps: 5}\nlearners:\n\(learners)teaching:\n"
                    + "  - mutual: [\(names(1...10))]\n  - mutual: [\(names(second))]"
            ).relays(in: 1)
        }
        #expect(try plan(11...20).relays == ["relay-1", "relay-2"])
        let overlapping = try plan(10...20)
        #expect(overlapping.relays == ["relay-1"])
        #expect(
            overlapping.objections[10]
                == "'m10' exchanges through the relays of another group already")
    }

    @Test func aLearnerIsNotCalledAsARelay() throws {
        let error = #expect(throws: SettingError.self) {
            try ExperimentTests.configuration(
                "training: {steps: 5}\nlearners: {a: {model: mlp}, relay-1: {model: mlp}}")
        }
        #expect(
            error?.description
                == "f:2: learner 'relay-1' is called as relays are; choose another name")
    }
}

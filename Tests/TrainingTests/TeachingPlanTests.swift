import Bytes
import CohortGraph
import NeuralNetwork
import Testing
import Training

/// Who sends whom which tensors at which step and round.
@Suite(.timeLimit(.minutes(1))) struct TeachingPlanTests {
    /// Two steps make an epoch.
    private let clock: EpochClock

    init() throws { clock = try Problem().stream(0..<10, batch: 5, named: "common").clock }

    private func plan(
        _ groups: [EdgeGroup], _ budgets: KeyValuePairs<String, Int>, evaluate: Int = 1,
        seed: UInt64 = 1
    ) -> TeachingPlan {
        let learners = budgets.map {
            Learner(name: $0.key, role: $0.value > 0 ? .student : .teacher)
        }
        return TeachingPlan(
            TeachingGraph(learners: learners, groups: groups),
            offers: groups.map { $0.edge.codec.name == "int8" ? "logits:int8" : "logits" },
            calendar: TrainingCalendar(
                budgets: Dictionary(uniqueKeysWithValues: budgets.map { ($0.key, $0.value) }),
                clocks: Dictionary(uniqueKeysWithValues: budgets.map { ($0.key, clock) }),
                evaluationEpochs: evaluate),
            key: RandomKey(seed: seed))
    }

    /// The steps at which one teaches another.
    private func steps(
        _ plan: TeachingPlan, _ from: String, _ to: String, _ round: Round = .before,
        in range: Range<Int> = 0..<12
    ) -> [Int] {
        range.filter {
            !plan.deliveries.tensorsDue(from: from, to: to, step: $0, round: round).isEmpty
        }
    }

    private let dml = EdgeOptions(loss: "dml")

    @Test func whoLearnsLongerIsTaughtLonger() {
        let plan = plan(
            [EdgeGroup(from: ["b"], to: "a", dml), EdgeGroup(from: ["a"], to: "b", dml)],
            ["a": 4, "b": 7])
        #expect(steps(plan, "b", "a") == Array(0..<4))
        #expect(steps(plan, "a", "b") == Array(0..<7))
        #expect(steps(plan, "a", "b", .after).isEmpty)
        #expect(
            plan.deliveries.tensorsDue(from: "a", to: "b", step: 3, round: .before) == ["logits"])
        #expect(plan.deliveries.tensorsDue(from: "a", to: "x", step: 3, round: .before).isEmpty)
    }

    @Test func neighboursComeInTheOrderOfTheCohort() {
        let groups = [
            EdgeGroup(from: ["c", "a"], to: "b", dml), EdgeGroup(from: ["b"], to: "b", dml),
            EdgeGroup(from: ["b"], to: "c", dml), EdgeGroup(from: ["b"], to: "a", dml),
        ]
        let plan = plan(groups, ["a": 3, "b": 3, "c": 3])
        #expect(plan.deliveries.neighbours(of: "b").teachers == ["a", "c"])
        #expect(plan.deliveries.neighbours(of: "b").students == ["a", "c"])
        let alone = TeachingPlan(
            alone: "a", steps: 3, clock: clock, evaluationEpochs: 1)
        #expect(alone.deliveries.neighbours(of: "a").teachers.isEmpty)
    }

    @Test func oneOrAllButOneIsDrawn() {
        let names = ["t", "u", "v"]
        for (draw, count) in [(EdgeGroup.Draw.one, 1), (.allButOne, 2), (.all, 3)] {
            let group = EdgeGroup(from: names, to: "s", dml, draw: draw)
            let plan = plan([group], ["t": 0, "u": 0, "v": 0, "s": 300])
            var taught = [String: Int]()
            for step in 0..<300 {
                let drawn = names.filter {
                    !plan.deliveries.tensorsDue(from: $0, to: "s", step: step, round: .before)
                        .isEmpty
                }
                #expect(drawn.count == count)
                for name in drawn { taught[name, default: 0] += 1 }
            }
            // Each in turn, as often as chance has it: within five standard deviations.
            for name in names { #expect(abs(taught[name]! - 100 * count) < 41 || draw == .all) }
        }
    }

    /// Every process draws the same; other seeds and other learners draw otherwise.
    @Test func drawsFollowFromTheSeedAndTheStep() {
        let groups = ["s", "r"].map { EdgeGroup(from: ["t", "u"], to: $0, dml, draw: .one) }
        func drawn(_ seed: UInt64, _ student: String) -> [Int] {
            steps(
                plan(groups, ["t": 0, "u": 0, "s": 64, "r": 64], seed: seed), "t", student,
                in: 0..<64)
        }
        #expect(drawn(1, "s") == drawn(1, "s"))
        #expect(Set([drawn(1, "s"), drawn(2, "s"), drawn(1, "r"), drawn(2, "r")]).count == 4)
    }

    @Test func aLoneTeacherIsNotDroppedByChance() {
        let group = EdgeGroup(from: ["t"], to: "s", dml, draw: .allButOne)
        #expect(steps(plan([group], ["t": 0, "s": 12]), "t", "s") == Array(0..<12))
    }

    /// Whoever comes earlier in the cohort teaches after its own update.
    @Test func thePapersOrderTakesTwoPhases() {
        let names = ["a", "b", "c"]
        let groups = names.map { name in
            EdgeGroup(from: names.filter { $0 != name }, to: name, dml, isSequential: true)
        }
        let plan = plan(groups, ["a": 2, "b": 2, "c": 2])
        for (early, late) in [("a", "b"), ("a", "c"), ("b", "c")] {
            #expect(steps(plan, early, late, .after) == [0, 1])
            #expect(steps(plan, early, late, .before).isEmpty)
            #expect(steps(plan, late, early, .before) == [0, 1])
            #expect(steps(plan, late, early, .after).isEmpty)
        }
    }

    @Test func learnersSeeTheTestLogitsOfTheirTeachersWhenTheyAreTested() {
        let groups = [EdgeGroup(from: ["t"], to: "s", dml)]
        // After each epoch of two steps, and at the end, which is in the middle of one.
        let each = plan(groups, ["t": 0, "s": 7])
        #expect(steps(each, "t", "s", .evaluation) == [1, 3, 5, 6])
        #expect(steps(each, "s", "t", .evaluation).isEmpty)
        let third = plan(groups, ["t": 0, "s": 12], evaluate: 3)
        #expect(steps(third, "t", "s", .evaluation) == [5, 11])
        let end = plan(groups, ["t": 0, "s": 8], evaluate: 0)
        #expect(steps(end, "t", "s", .evaluation) == [7])
        #expect(steps(end, "t", "s", .validation).isEmpty)
    }

    @Test func validationErrorsAreSharedWhereACombinationNeedsThem() {
        var edge = EdgeOptions(loss: "kd", combination: "kdcl-general")
        edge.combinationTraits.insert(.needsErrors)
        let plan = plan(
            [EdgeGroup(from: ["t", "u"], to: "s", edge), EdgeGroup(from: ["t"], to: "r", dml)],
            ["t": 0, "u": 0, "s": 7, "r": 7])
        #expect(steps(plan, "t", "s", .validation) == [1, 3, 5])
        #expect(steps(plan, "u", "s", .validation) == [1, 3, 5])
        #expect(steps(plan, "t", "r", .validation).isEmpty)
    }

    @Test func nothingTravelsWhereItDoesNotCount() {
        var (cut, timed) = (dml, dml)
        cut.gate = .cutoff
        timed.schedule.burnIn = 3
        timed.schedule.every = 2
        timed.schedule.until = 9
        let plan = plan(
            [EdgeGroup(from: ["t"], to: "s", cut), EdgeGroup(from: ["t"], to: "r", timed)],
            ["t": 0, "s": 12, "r": 12])
        #expect(steps(plan, "t", "s").isEmpty)
        #expect(steps(plan, "t", "r") == [3, 5, 7])
    }

    @Test func aTensorTravelsOnceHoweverManyAskForIt() {
        let packed = EdgeOptions(loss: "kd", codec: "int8")
        let groups = [
            EdgeGroup(from: ["t"], to: "s", dml), EdgeGroup(from: ["t", "u"], to: "s", dml),
            EdgeGroup(from: ["t"], to: "s", packed), EdgeGroup(from: ["t"], to: "r", packed),
        ]
        let plan = plan(groups, ["t": 0, "u": 0, "s": 3, "r": 3])
        func tensorsDue(_ from: String, _ to: String) -> [String] {
            plan.deliveries.tensorsDue(from: from, to: to, step: 0, round: .before)
        }
        #expect(tensorsDue("t", "s") == ["logits", "logits:int8"])
        #expect(tensorsDue("u", "s") == ["logits"])
        #expect(tensorsDue("t", "r") == ["logits:int8"])
    }
}

import CohortGraph
import NeuralNetwork
import Testing
import Training

/// Those that teach with weights that do not change.
@Suite(.timeLimit(.minutes(1))) struct TeacherTests {
    private let kd = EdgeOptions(loss: "kd", temperature: 4, weight: 0.9)

    /// CE + 0.9·T²·KL(t‖s) at T = 4, step by step.
    @Test func aStudentLearnsFromAFrozenTeacher() throws {
        let cohort = TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "s", steps: 5)],
            [EdgeGroup(from: ["t"], to: "s", kd)])
        let trained = try cohort.train()
        var hand = try ByHand(cohort)
        for step in 0..<5 {
            let teacher = hand.logits(of: "t", at: step)
            hand.step("s", at: step) { $0.task + $0.divergence(from: teacher, at: 4) * 0.9 }
        }
        let (s, t) = (try #require(trained["s"]), try #require(trained["t"]))
        #expect(s.error == nil && t.error == nil)
        #expect(s.state.parameters.isClose(to: try #require(hand.parameters["s"])))
        #expect(t.state.parameters.flat.values == hand.parameters["t"]?.flat.values)
        #expect(t.state.step == 0 && t.gathered.isEmpty)
        #expect(t.intervals.map(\.taskLoss) == [nil, nil] && t.intervals.map(\.step) == [4, 5])
        #expect(t.intervals.allSatisfy { $0.bytesTo.keys.sorted() == ["s"] })
        #expect(s.epochs.map(\.ensembleMembers) == [["s", "t"]])
    }

    /// The weight of the task loss is the learner's own.
    @Test func aStudentMayLearnFromItsTeacherAlone() throws {
        var cohort = TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "s", steps: 1)],
            [EdgeGroup(from: ["t"], to: "s", kd)])
        cohort.taskWeight = 0
        let hand = try ByHand(cohort)
        let teacher = hand.logits(of: "t", at: 0)
        let expected = hand.stepped("s", at: 0) { $0.divergence(from: teacher, at: 4) * 0.9 }
        let found = try cohort.train()["s"]
        #expect(found?.state.parameters.isClose(to: expected) == true)
    }

    /// a learns for two steps and then teaches b, which learns for five, with what it knows by
    /// then.
    @Test func whoHasLearnedEnoughGoesOnTeaching() throws {
        let cohort = TestCohort.plain(
            [.init(name: "a", steps: 2), .init(name: "b", steps: 5)], LearnerProgramTests.both)
        let trained = try cohort.train()
        var hand = try ByHand(cohort)
        for step in 0..<5 {
            let (a, b) = (hand.logits(of: "a", at: step), hand.logits(of: "b", at: step))
            if step < 2 { hand.step("a", at: step) { $0.task + $0.divergence(from: b) } }
            hand.step("b", at: step) { $0.task + $0.divergence(from: a) }
        }
        for name in ["a", "b"] {
            let found = try #require(trained[name])
            #expect(found.error == nil)
            #expect(found.state.parameters.isClose(to: try #require(hand.parameters[name])))
        }
        #expect(trained["a"]?.state.step == 2)
        #expect(
            trained["b"]?.gathered.filter { $0.round == .before }.map(\.step) == [0, 1, 2, 3, 4])
        #expect(trained["a"]?.gathered.filter { $0.round == .before }.map(\.step) == [0, 1])
    }

    /// The mean over the teachers, each of its own divergence.
    @Test func severalTeachersCountAlike() throws {
        let cohort = TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "u", steps: 0), .init(name: "s", steps: 2)],
            [EdgeGroup(from: ["t", "u"], to: "s", kd)])
        var hand = try ByHand(cohort)
        for step in 0..<2 {
            let (t, u) = (hand.logits(of: "t", at: step), hand.logits(of: "u", at: step))
            hand.step("s", at: step) {
                $0.task + ($0.divergence(from: t, at: 4) + $0.divergence(from: u, at: 4)) * 0.45
            }
        }
        let found = try #require(try cohort.train()["s"]?.state.parameters)
        #expect(found.isClose(to: try #require(hand.parameters["s"])))
    }

    /// One of the pool at each step, and only that one sends anything.
    @Test func aRandomTeacherTeachesAloneAtItsStep() throws {
        let cohort = TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "u", steps: 0), .init(name: "s", steps: 8)],
            [EdgeGroup(from: ["t", "u"], to: "s", kd, draw: .one)])
        let (trained, plan) = (try cohort.train(), try cohort.plan)
        var hand = try ByHand(cohort)
        var drawn: [String] = []
        for step in 0..<8 {
            let isFirst = !plan.deliveries.tensorsDue(
                from: "t", to: "s", step: step, round: .before
            ).isEmpty
            drawn.append(isFirst ? "t" : "u")
            let teacher = hand.logits(of: drawn[step], at: step)
            hand.step("s", at: step) { $0.task + $0.divergence(from: teacher, at: 4) * 0.9 }
        }
        #expect(Set(drawn) == ["t", "u"])
        let found = try #require(trained["s"])
        #expect(found.state.parameters.isClose(to: try #require(hand.parameters["s"])))
        let gathered = found.gathered.filter { $0.round == .before }
        #expect(gathered.map { $0.knowledge.keys.sorted() } == drawn.map { [$0] })
        for name in ["t", "u"] {
            let published = trained[name]?.published.filter { $0.round == .before }.map(\.step)
            #expect(published == drawn.indices.filter { drawn[$0] == name })
        }
    }
}

import CohortGraph
import Datasets
import NeuralNetwork
import Testing
import Training

/// Gates, against what they let through by hand.
@Suite(.timeLimit(.minutes(1))) struct GateTests {
    /// Teachers, some of whom have learned for a while, and a student that takes one step.
    private func cohort(
        _ gate: Gate, teachers: [(String, learned: Int)], student: Int = 0,
        combination: String = "pairwise"
    ) throws -> TestCohort {
        let edge = EdgeOptions(
            loss: "kd", combination: combination, temperature: 2, weight: 0.5, gate: gate)
        let names = teachers.map(\.0)
        return TestCohort.plain(
            try teachers.map {
                .init(name: $0.0, steps: 0, weights: try weights(of: $0.0, after: $0.learned))
            } + [.init(name: "s", steps: 1, weights: try weights(of: "s", after: student))],
            [EdgeGroup(from: names, to: "s", edge)])
    }

    /// The weights that a learner has when it has learned alone for some steps.
    private func weights(of name: String, after steps: Int) throws -> Parameters {
        let alone = try TestCohort([.init(name: name, steps: steps)], []).assemblies[0]
        return steps == 0 ? alone.initialState.parameters : train(alone).state.parameters
    }

    @Test(arguments: ["pairwise", "sum"])
    func onlyWhereTheTeacherIsRight(combination: String) throws {
        let cohort = try cohort(
            .correct, teachers: [("t", 2), ("u", 0)], combination: combination)
        let hand = try ByHand(cohort)
        let teachers = ["t", "u"].map { hand.logits(of: $0, at: 0) }
        let labels = hand.shown(by: "s", at: 0).labels
        let right = teachers.map { teacher in
            zip(teacher.value.argmax, labels).map { $0 == $1 ? Float(1) : 0 }
        }
        let passed = right.joined().reduce(0, +)
        // The test has something to tell apart.
        try #require(passed > 0 && passed < 12)
        let share: Float = combination == "sum" ? 1 : 0.5
        let expected = hand.stepped("s", at: 0) { own in
            zip(teachers, right).map { teacher, rows in
                let mask = Variable(Tensor(shape: [6, 1], values: rows))
                return (own.divergences(from: teacher, at: 2) * mask).sum() * (0.5 * share / 6)
            }.reduce(own.task, +)
        }
        let found = try #require(try cohort.train()["s"])
        #expect(found.state.parameters.isClose(to: expected))
        let open = found.intervals.first?.terms.values.first?.open ?? 0
        #expect(abs(open - Double(passed) / 12) < 1e-9)
    }

    /// Two teachers, each of which has met one of two tasks.
    @Test func onlyTasksThatTheTeacherHasMet() throws {
        var cohort = try cohort(.met, teachers: [("t", 2), ("u", 0)])
        let problem = cohort.problem
        let corpus = Corpus(
            name: "small", train: problem.train, test: problem.test,
            normalization: Problem.normalization)
        let division = try TaskDivision(
            TaskOptions(count: 2, classes: [["0", "1"], ["2"]], scenario: .domains), of: corpus,
            seed: 1)
        cohort.tasks = { name in
            LearnerTasks(
                division, of: name, orders: ["s": [0, 1], "t": [0, 1], "u": [1, 0]],
                length: TaskLength(steps: 9, count: 2))
        }
        let hand = try ByHand(cohort)
        let labels = hand.shown(by: "s", at: 0).labels
        let met = [{ $0 != 2 }, { $0 == 2 }].map { (isMet: (Int) -> Bool) in
            labels.map { isMet($0) ? Float(1) : 0 }
        }
        try #require(met.allSatisfy { $0.contains(1) && $0.contains(0) })
        let teachers = ["t", "u"].map { hand.logits(of: $0, at: 0) }
        let expected = hand.stepped("s", at: 0) { own in
            zip(teachers, met).map { teacher, rows in
                let mask = Variable(Tensor(shape: [6, 1], values: rows))
                return (own.divergences(from: teacher, at: 2) * mask).sum() * (0.5 * 0.5 / 6)
            }.reduce(own.task, +)
        }
        let found = try #require(try cohort.train()["s"])
        #expect(found.state.parameters.isClose(to: expected))
        #expect(found.intervals.first?.terms.values.map(\.open) == [0.5])
    }

    @Test func onlyWhileTheTeacherIsBetter() throws {
        let cohort = try cohort(.better, teachers: [("t", 30), ("u", 0)], student: 5)
        let hand = try ByHand(cohort)
        let (t, u) = (hand.shown(by: "t", at: 0), hand.shown(by: "u", at: 0))
        let own = hand.shown(by: "s", at: 0).task.value.scalar
        try #require(t.task.value.scalar < own && own < u.task.value.scalar)
        let expected = hand.stepped("s", at: 0) {
            $0.task + $0.divergence(from: t.logits, at: 2) * 0.25
        }
        let found = try #require(try cohort.train()["s"])
        #expect(found.state.parameters.isClose(to: expected))
        #expect(found.intervals.first?.terms.values.map(\.open) == [0.5])
    }

    @Test func whereNothingPassesOnlyTheTaskCounts() throws {
        let cohort = try cohort(.better, teachers: [("u", 0)], student: 30)
        let hand = try ByHand(cohort)
        let found = try #require(try cohort.train()["s"])
        #expect(found.state.parameters.isClose(to: hand.stepped("s", at: 0, \.task)))
        let term = try #require(found.intervals.first?.terms["kd<u"])
        #expect((term.value, term.weight, term.open) == (0, 0, 0))
    }

    /// 1/n at the first of n steps, and 1 at the last.
    @Test func linearGrowsWithTheSharesOfTheSteps() throws {
        #expect((0..<4).map { Gate.linear.factor(at: $0, of: 4) } == [0.25, 0.5, 0.75, 1])
        #expect(Gate.linear.factor(at: 9, of: 4) == 1)
        #expect(
            Gate.allCases.filter { $0.factor(at: 0, of: 4) == 1 }
                == [.through, .correct, .better, .met])
        var edge = EdgeOptions(loss: "kd", temperature: 2, weight: 0.5, gate: .linear)
        edge.schedule.ramp = 2
        let cohort = try TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "s", steps: 4)],
            [EdgeGroup(from: ["t"], to: "s", edge)])
        let weights = try #require(try cohort.train()["s"]).intervals
            .compactMap { $0.terms["kd<t"]?.weight }
        // The gate's factor times the schedule's, ½ and then 1, times the edge's weight: the mean
        // of four steps.
        #expect(weights == [(0.25 * 0.5 + 0.5 + 0.75 + 1) * 0.5 / 4])
    }

    /// Nobody sends what is cut off, and the learner is as if it were alone.
    @Test func whatIsCutOffIsNotSent() throws {
        let cohort = try cohort(.cutoff, teachers: [("t", 0)])
        let trained = try cohort.train()
        #expect(trained["t"]?.published.allSatisfy { $0.round == .evaluation } == true)
        let alone = try TestCohort.plain([.init(name: "s", steps: 1)], []).assemblies[0]
        #expect(trained["s"]?.state.digest == train(alone).state.digest)
    }
}

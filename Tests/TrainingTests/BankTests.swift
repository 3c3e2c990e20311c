import CohortGraph
import Datasets
import Exchange
import Foundation
import NeuralNetwork
import Reporting
import Testing
import Training

/// The latest that was said of each sample, in the stead of what does not come.
@Suite(.timeLimit(.minutes(1))) struct BankTests {
    private func tensor(_ rows: [Float]) -> Tensor {
        Tensor(shape: [rows.count, 2], values: rows.flatMap { [$0, -$0] })
    }

    @Test func theLatestRowOfEachSampleIsStored() throws {
        var memory = SampleMemory()
        memory.store(tensor([1, 2]), of: "b", samples: [3, 200], step: 4)
        let copy = memory
        memory.store(tensor([5, 6]), of: "b", samples: [200, 64], step: 9)
        // A row that is older than the stored one does not replace it.
        memory.store(tensor([7, 8]), of: "b", samples: [64, 65], step: 5)
        let found = try #require(memory.latest(of: "b", [200, 3, 64, 65, 66], at: 10, age: nil))
        #expect(found.ages == [1, 6, 1, 5, nil])
        #expect(found.values.values == [5, -5, 1, -1, 6, -6, 8, -8, 0, 0])
        #expect(copy.latest(of: "b", [200, 64], at: 10, age: nil)?.ages == [6, nil])
    }

    /// Of a language model a sample has a row for each of its positions.
    @Test func aSampleMayHaveSeveralRows() throws {
        var memory = SampleMemory()
        memory.store(tensor([1, 2, 3, 4]), of: "b", samples: [7, 9], step: 4)
        let data = try JSONEncoder().encode(memory)
        let read = try JSONDecoder().decode(SampleMemory.self, from: data)
        let found = try #require(read.latest(of: "b", [9, 8, 7], at: 6, age: nil))
        #expect(found.values.shape == [6, 2])
        #expect(found.values.values == [3, -3, 4, -4, 0, 0, 0, 0, 1, -1, 2, -2])
        #expect(found.ages == [2, 2, nil, nil, 2, 2])
        #expect(read == memory)
    }

    @Test func rowsThatAreTooOldOrOfAnotherTeacherDoNotCount() {
        var memory = SampleMemory()
        memory.store(tensor([1, 2]), of: "b", samples: [0, 1], step: 4)
        memory.store(tensor([3]), of: "b", samples: [1], step: 6)
        #expect(memory.latest(of: "b", [0, 1], at: 7, age: 3)?.ages == [3, 1])
        #expect(memory.latest(of: "b", [0, 1], at: 7, age: 2)?.ages == [nil, 1])
        #expect(memory.latest(of: "b", [0, 1], at: 9, age: 2) == nil)
        #expect(memory.latest(of: "c", [0, 1], at: 7, age: nil) == nil)
    }

    /// Everyone learns from all the others.
    private func cohort(
        _ missing: MissingKnowledge, _ names: [String] = ["a", "b", "c"], steps: Int = 24,
        edit: (inout EdgeOptions) -> Void = { _ in }
    ) -> TestCohort {
        var edge = EdgeOptions(loss: "dml")
        edge.missing = missing
        edit(&edge)
        return TestCohort.plain(
            names.map { .init(name: $0, steps: steps) },
            names.map { name in EdgeGroup(from: names.filter { $0 != name }, to: name, edge) })
    }

    @Test(arguments: [MissingKnowledge.bank(age: nil), .bank(age: 5)])
    func whereNobodyIsLateItIsAsIfAllWaited(missing: MissingKnowledge) throws {
        let waited = try cohort(.wait).train()
        let banked = try cohort(missing).train()
        for name in ["a", "b", "c"] {
            #expect(banked[name]?.error == nil)
            #expect(banked[name]?.state.digest == waited[name]?.state.digest)
            #expect(banked[name]?.intervals.allSatisfy { $0.banked == nil } == true)
        }
    }

    private static let steps = 24
    private static let late: [String: LateExchange.Delay] = [
        "b": { $0 % 4 == 0 ? 0 : $0 % 4 == 3 ? nil : 2 }, "c": { $0 < 5 ? 0 : $0 < 15 ? 6 : nil },
    ]

    /// a learns from b and c, which stay as they are.
    private func learning(
        _ missing: MissingKnowledge, combination: String = "pairwise"
    ) throws -> TestCohort {
        var edge = EdgeOptions(loss: "dml", combination: combination)
        edge.missing = missing
        return TestCohort.plain(
            [.init(name: "a", steps: Self.steps)] + ["b", "c"].map { .init(name: $0, steps: 0) },
            [EdgeGroup(from: ["b", "c"], to: "a", edge)])
    }

    /// The step at which a teacher last spoke of a sample, as far as that has come.
    private func last(
        _ hand: ByHand, _ delay: LateExchange.Delay, of sample: Int, at step: Int, age: Int
    ) -> Int? {
        (max(0, step - age)...step).last { old in
            delay(old).map { old + $0 <= step } == true && hand.samples(old).contains(sample)
        }
    }

    /// By hand, each row has its own teachers, and its own teacher's words.
    @Test(arguments: [(nil, "pairwise"), (nil, "sum"), (7, "probabilities"), (1, "pairwise")])
    func eachSampleHasTheLatestOfItself(age: Int?, combination: String) throws {
        let cohort = try learning(.bank(age: age), combination: combination)
        let hand = try ByHand(cohort)
        let trained = train(
            try cohort.assemblies[0], exchange: LateExchange(hand, Self.late))
        #expect(trained.error == nil)
        var own = hand
        var banked: [String: [Int]] = [:]
        for step in 0..<Self.steps {
            let samples = hand.samples(step)
            let known = ["b", "c"].map { name in
                samples.map {
                    last(hand, Self.late[name]!, of: $0, at: step, age: age ?? step)
                }
            }
            for (name, steps) in zip(["b", "c"], known) where Self.late[name]!(step) != 0 {
                banked[name, default: []] += steps.compactMap { $0.map { step - $0 } }
            }
            // What each teacher said, and what it counts for, row by row.
            let taught = zip(["b", "c"], known).map { name, steps in
                let rows = zip(samples, steps).map { sample, old -> [Float] in
                    guard let old else { return [0, 0, 0] }
                    let row = hand.samples(old).firstIndex(of: sample)!
                    return hand.logits(of: name, at: old).value.selecting(rows: [row]).values
                }
                let weights = zip(steps, samples.indices).map { old, row in
                    let speakers = Float(known.count { $0[row] != nil })
                    return old == nil ? 0 : (combination == "sum" ? 2 : 1) / speakers / 6
                }
                return (
                    logits: Variable(Tensor(shape: [6, 3], values: rows.flatMap(\.self))),
                    weights: Variable(Tensor(shape: [6, 1], values: weights))
                )
            }
            own.step("a", at: step) { shown in
                guard combination == "probabilities" else {
                    return taught.map {
                        (shown.divergences(from: $0.logits) * $0.weights).sum()
                    }.reduce(shown.task, +)
                }
                let mean = taught.map { $0.logits.softmax() * ($0.weights * 6) }
                    .reduce(Variable(Tensor(repeating: 0, shape: [6, 3])), +)
                let target = mean.map(.atLeast(1e-30)).log()
                let present = taught.map(\.weights).reduce(
                    Variable(Tensor(repeating: 0, shape: [6, 1])), +)
                return shown.task + (mean * (target - shown.logits.logSoftmax()) * present).sum()
            }
        }
        #expect(
            trained.state.parameters.isClose(
                to: try #require(own.parameters["a"]), tolerance: 1e-5))
        for name in ["b", "c"] {
            let reports = trained.intervals.compactMap { $0.banked?[name] }
            let ages = banked[name] ?? []
            #expect(reports.reduce(0) { $0 + $1.samples } == ages.count)
            let sum = reports.reduce(0) { $0 + Double($1.samples) * $1.age }
            #expect(abs(sum - Double(ages.reduce(0, +))) < 1e-6)
        }
    }

    /// What came before the checkpoint is in it.
    @Test func whatIsKeptComesBackWithTheLearner() throws {
        let cohort = try learning(.bank(age: nil))
        let hand = try ByHand(cohort)
        let assembly = try cohort.assemblies[0]
        let whole = train(assembly, exchange: LateExchange(hand, Self.late))
        var halfway: LearnerProgress?
        _ = train(
            assembly, exchange: LateExchange(hand, Self.late),
            stepped: { if $0.state.step == 13 { halfway = $0 } })
        let state = try #require(halfway).state
        var restored = assembly.initialState
        try restored.restore(
            weights: state.weights, memory: state.memory(of: assembly.layout), of: assembly.layout,
            step: 13)
        let resumed = train(
            assembly, exchange: LateExchange(hand, Self.late, from: 13),
            from: LearnerProgress(restored))
        #expect(resumed.state.digest == whole.state.digest)
        #expect(
            try resumed.state.memory(of: assembly.layout) == whole.state.memory(of: assembly.layout)
        )
    }

    /// Late knowledge of other samples is named once, and not kept.
    @Test func whatIsLateAndOfOtherSamplesIsNotKept() throws {
        let cohort = try learning(.bank(age: nil))
        let hand = try ByHand(cohort)
        let assembly = try cohort.assemblies[0]
        let never: [String: LateExchange.Delay] = ["b": { _ in nil }, "c": Self.late["c"]!]
        let without = train(assembly, exchange: LateExchange(hand, never))
        let exchange = LateExchange(
            hand, ["b": { _ in 3 }, "c": Self.late["c"]!], mismatched: ["b"])
        let trained = train(assembly, exchange: exchange)
        #expect(trained.state.digest == without.state.digest)
        let notices = trained.records.compactMap { record in
            if case .notice(let notice) = record { notice.message } else { nil }
        }
        #expect(
            notices == [
                "a late message of 'b' is of another batch than this learner's, and is discarded"
            ])
    }
}

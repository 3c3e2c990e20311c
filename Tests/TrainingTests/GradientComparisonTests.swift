import CohortGraph
import Distillation
import NeuralNetwork
import Reporting
import Testing
import Training

/// `training.gradients`: how the parts of a loss pull at the model.
@Suite(.timeLimit(.minutes(2))) struct GradientComparisonTests {
    /// A student that two frozen teachers teach by terms of their own.
    private func cohort(
        _ edges: [EdgeOptions], steps: Int = 1, comparing gradients: Int? = 1,
        architecture: any Architecture = MLP(hidden: [8])
    ) -> TestCohort {
        let teachers = ["t", "u"].prefix(edges.count)
        var cohort = TestCohort.plain(
            teachers.map { .init(name: $0, steps: 0, architecture: architecture) }
                + [.init(name: "s", steps: steps, architecture: architecture)],
            zip(teachers, edges).map { EdgeGroup(from: [$0], to: "s", $1) })
        cohort.gradients = gradients
        return cohort
    }

    private static let two = [
        EdgeOptions(loss: "kd", temperature: 2, weight: 3), EdgeOptions(loss: "mae", weight: 0.5),
    ]

    /// How far the first step of gradient descent at rate 0.1 moves the model where only a part of
    /// the loss counts: the gradient of that part, by a run of its own.
    ///
    /// - Parameter term: the place of the term that counts; nil for the task alone.
    private func gradient(ofTerm term: Int?, _ objective: (any Objective)?) throws -> [Double] {
        var edges = Self.two
        for place in edges.indices where place != term { edges[place].weight = 0 }
        var alone = cohort(edges, comparing: nil)
        alone.taskWeight = term == nil ? 1 : 0
        if let objective { try weigh(&alone, by: objective) }
        let before = try #require(try alone.assemblies.last).initialState.parameters.flat.values
        let after = try #require(try alone.train()["s"]).state.parameters.flat.values
        return zip(before, after).map { (Double($0) - Double($1)) / 0.1 }
    }

    /// Gives a cohort an objective that learns.
    private func weigh(_ cohort: inout TestCohort, by objective: any Objective) throws {
        var objective = objective
        var builder = ModelBuilder()
        objective.prepare(terms: ["kd<t", "mae<u"], in: &builder)
        cohort.objective = objective
        cohort.objectiveSlots = builder.slots
    }

    private func dot(_ one: [Double], _ other: [Double]) -> Double {
        zip(one, other).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Against runs in which each part of the loss counts alone.
    @Test(arguments: [false, true]) func gradientsAreThoseOfRunsOfEachPart(learns: Bool) throws {
        let objective: (any Objective)? = learns ? UncertaintyWeights() : nil
        let parts = try [nil, 0, 1].map { try gradient(ofTerm: $0, objective) }
        let norms = parts.map { dot($0, $0).squareRoot() }
        var all = cohort(Self.two)
        all.clip = 1e6
        if let objective { try weigh(&all, by: objective) }
        let interval = try #require(try all.train()["s"]?.intervals.first)
        let task = try #require(interval.taskGradient)
        #expect(abs(task - norms[0]) < 1e-4 * norms[0])
        for (place, name) in [(1, "kd<t"), (2, "mae<u")] {
            let found = try #require(interval.terms[name]?.gradient)
            let (share, cosine) = (try #require(found.share), try #require(found.cosine))
            #expect(norms[place] > 1e-3 && abs(found.norm - norms[place]) < 1e-4 * norms[place])
            #expect(abs(share - norms[place] / norms.reduce(0, +)) < 1e-4)
            #expect(abs(cosine - dot(parts[0], parts[place]) / (norms[0] * norms[place])) < 1e-4)
        }
    }

    /// The norm of the sum of the task's and one term's gradient, which clipping reports, follows
    /// from their norms and their angle.
    @Test func theWholeGradientFollowsFromItsParts() throws {
        var one = cohort([Self.two[0]])
        one.clip = 1e6
        let interval = try #require(try one.train()["s"]?.intervals.first)
        let (task, whole) = (
            try #require(interval.taskGradient), try #require(interval.gradientNorm)
        )
        let term = try #require(interval.terms["kd<t"]?.gradient)
        let cosine = try #require(term.cosine)
        let square = task * task + term.norm * term.norm + 2 * task * term.norm * cosine
        #expect(abs(square.squareRoot() - whole) < 1e-4 * whole)
    }

    /// Batch normalization, momentum, a term that learns beside the model: no bit is
    /// another.
    @Test(arguments: [
        [EdgeOptions(loss: "dml")],
        two,
        [
            EdgeOptions(
                loss: "hint", knowledge: .feature,
                taps: Taps(from: ["features"], to: ["features"]), weight: 3)
        ],
        [
            EdgeOptions(
                loss: "conditional-adversarial",
                lossTraits: [.needsLabels, .learnsApart, .readsOffsets])
        ],
    ]) func comparingChangesNoBit(edges: [EdgeOptions]) throws {
        func train(comparing gradients: Int?) throws -> Trained {
            var cohort = cohort(
                edges, steps: 8, comparing: gradients, architecture: PlainCNN())
            cohort.optimizer = SGD(rate: 0.1, momentum: 0.9)
            return try #require(try cohort.train()["s"])
        }
        let plain = try train(comparing: nil)
        #expect(plain.error == nil)
        #expect(plain.intervals.allSatisfy { $0.taskGradient == nil })
        for gradients in [1, 2] {
            let compared = try train(comparing: gradients)
            #expect(compared.intervals.allSatisfy { ($0.taskGradient ?? 0) > 0 })
            #expect(
                compared.intervals.allSatisfy { $0.terms.values.allSatisfy { $0.gradient != nil } })
            #expect(compared.state.parameters.flat.values == plain.state.parameters.flat.values)
            #expect(compared.state.buffers.layers == plain.state.buffers.layers)
            for (one, other) in zip(compared.state.groups, plain.state.groups) {
                #expect(one.parameters.flat.values == other.parameters.flat.values)
            }
            for (one, other) in zip(compared.intervals, plain.intervals) {
                #expect(one.totalLoss == other.totalLoss)
            }
        }
    }

    private func intervals(steps: Int, comparing gradients: Int) throws -> [IntervalReport] {
        try #require(
            try cohort([Self.two[0]], steps: steps, comparing: gradients).train()["s"]
        ).intervals
    }

    /// Every third step: of twelve steps in intervals of four the intervals hold one, one and two,
    /// and report the mean of these alone.
    @Test func gradientsAreComparedAtEveryStepThatIsAskedFor() throws {
        let steps = try [3, 6, 9, 12].map { step in
            try #require(try intervals(steps: step, comparing: step).last?.taskGradient)
        }
        let third = try intervals(steps: 12, comparing: 3).compactMap(\.taskGradient)
        let wanted = [steps[0], steps[1], (steps[2] + steps[3]) / 2]
        #expect(third.count == 3)
        #expect(zip(third, wanted).allSatisfy { abs($0 - $1) < 1e-9 * $1 }, "\(third), \(wanted)")
        #expect(Set(steps).count == 4)
        let last = try intervals(steps: 12, comparing: 12)
        #expect(last.map { $0.taskGradient != nil } == [false, false, true])
        #expect(last.map { $0.terms["kd<t"]?.gradient != nil } == [false, false, true])
    }

    /// A term has a norm there, and no angle to anything.
    @Test func withoutLabelsThereIsNoCosine() throws {
        var unlabelled = cohort([Self.two[0]])
        unlabelled.members[1].hasLabels = false
        let interval = try #require(try unlabelled.train()["s"]?.intervals.first)
        let found = try #require(interval.terms["kd<t"]?.gradient)
        #expect(interval.taskGradient == nil && found.cosine == nil)
        #expect(found.norm > 0 && found.share == 1)
    }
}

import CohortGraph
import Distillation
import NeuralNetwork
import Options
import Testing
import Training

/// What a loss learns apart from the model has an optimiser of its own, and stands still where its
/// term learns nothing.
@Suite(.timeLimit(.minutes(1))) struct DiscriminatorTests {
    /// s, taught by t with a discriminator of logits.
    private func cohort(
        _ schedule: WeightSchedule = WeightSchedule(), weight: Double = 1, steps: Int = 6,
        options: [String: String] = [:]
    ) -> TestCohort {
        var edge = EdgeOptions(
            loss: "conditional-adversarial", weight: weight, schedule: schedule,
            lossTraits: [.needsLabels, .learnsApart, .readsOffsets])
        edge.loss.options = Setting(
            unwritten: .map(
                options.sorted { $0.key < $1.key }.map { key, value in
                    Setting.Entry(
                        key: key, position: .unwritten, value: Setting(unwritten: .text(value)))
                }))
        var cohort = TestCohort(
            [.init(name: "t", steps: 0), .init(name: "s", steps: steps)],
            [EdgeGroup(from: ["t"], to: "s", edge)])
        cohort.optimizer = SGD(rate: 0.1, momentum: 0.9, decay: 0.01)
        return cohort
    }

    private func trained(_ cohort: TestCohort) throws -> Trained {
        let found = try #require(try cohort.train()["s"])
        #expect(found.error == nil)
        return found
    }

    @Test func theGroupIsSteppedByItsOwnOptimizer() throws {
        let state = try trained(cohort()).state
        #expect(state.optimizer.buffers.count == 1)
        #expect(state.groups[1].optimizer.buffers.count == 2)
        #expect(state.groups[1].optimizer.step == 6)
        let slow = try trained(cohort(options: ["optimizer": "sgd"])).state
        #expect(slow.groups[1].optimizer.buffers.count != 2)
        #expect(slow.groups[1].parameters.flat.values != state.groups[1].parameters.flat.values)
    }

    /// Neither momentum nor decay moves it: not before the term begins, not between the steps at
    /// which it teaches, and not at the student's turns.
    @Test func theGroupStandsStillWhereItsTermDoes() throws {
        var later = WeightSchedule()
        later.burnIn = 4
        let initial = try cohort().assemblies[1].initialState.groups[1]
        let before = try trained(cohort(later, steps: 4)).state.groups[1]
        #expect(before.parameters.flat.values == initial.parameters.flat.values)
        #expect(before.optimizer.step == 0)
        let after = try trained(cohort(later, steps: 6)).state.groups[1]
        #expect(after.optimizer.step == 2)
        let turns = try trained(cohort(options: ["turns": "alternate"])).state.groups[1]
        #expect(turns.optimizer.step == 3)
    }

    /// The same of a combination that learns by the learner's own optimiser.
    @Test func weightsOfTeachersStandStillToo() throws {
        func weights(_ steps: Int) throws -> [Float] {
            var edge = EdgeOptions(loss: "kd", combination: "learned", temperature: 2)
            edge.combinationTraits = try Combinations.registry.make("learned").traits
            edge.schedule.until = 3
            var cohort = TestCohort(
                [.init(name: "t", steps: 0), .init(name: "u", steps: 0)]
                    + [.init(name: "s", steps: steps)],
                [EdgeGroup(from: ["t", "u"], to: "s", edge)])
            cohort.optimizer = SGD(rate: 0.1, momentum: 0.9, decay: 0.01)
            cohort.schedule = ConstantRate()
            return try trained(cohort).state.groups[1].parameters.flat.values
        }
        #expect(try weights(3) == weights(6))
        #expect(try weights(2) != weights(3))
    }

    /// With a limit on the gradient too, a discriminator of weight 0 changes no bit of its student.
    @Test func clippingDoesNotSeeTheDiscriminator() throws {
        var (with, without) = (cohort(weight: 0), cohort(weight: 0))
        without.groups = []
        (with.clip, without.clip) = (0.05, 0.05)
        let both = try [with, without].map(trained)
        #expect(both[0].state.parameters.flat.values == both[1].state.parameters.flat.values)
        #expect(both[0].intervals.map(\.gradientNorm) == both[1].intervals.map(\.gradientNorm))
    }

    @Test func figuresAreReported() throws {
        let intervals = try trained(cohort()).intervals
        for interval in intervals {
            let term = try #require(interval.terms["conditional-adversarial<t"])
            let figures = try #require(term.figures)
            #expect(
                Set(figures.keys) == [
                    "adversarial_loss", "discriminator_accuracy", "discriminator_loss",
                ])
            #expect((0...1).contains(try #require(figures["discriminator_accuracy"])))
        }
        #expect(!intervals.isEmpty)
    }

    /// The samples that the gate lets through are those that the discriminator learns by.
    @Test func aGateLeavesTheDiscriminatorItsSamples() throws {
        var gated = cohort()
        gated.groups[0].edge.gate = .correct
        let state = try trained(gated).state.groups[1]
        let open = try trained(cohort()).state.groups[1]
        #expect(state.optimizer.step > 0)
        #expect(state.parameters.flat.values != open.parameters.flat.values)
    }

    /// Teacher and student play against replicas of one discriminator: the same bits in both at
    /// every step, though the learners differ in model, weights and seed, and nothing of it
    /// travels.
    @Test(arguments: ["together", "alternate"])
    func bothSidesHaveTheSameReplica(turns: String) throws {
        let cohort = try labelGame(turns: turns)
        let found = try cohort.train()
        let (teacher, student) = (try #require(found["t"]), try #require(found["s"]))
        #expect(teacher.error == nil && student.error == nil)
        let replicas = [teacher, student].map { $0.state.groups[1] }
        #expect(replicas[0].parameters.flat.values == replicas[1].parameters.flat.values)
        #expect(
            replicas[0].optimizer.buffers.map(\.values)
                == replicas[1].optimizer.buffers.map(\.values))
        let initial = try cohort.assemblies.map { $0.initialState.groups[1].parameters.flat.values }
        #expect(initial[0] == initial[1] && initial[0] != replicas[0].parameters.flat.values)
        // Both sides report the same discriminator, and send their logits alone.
        let figures = [teacher, student].map { side in
            side.intervals.compactMap {
                $0.terms.values.compactMap { $0.figures?["discriminator_loss"] }.first
            }
        }
        #expect(figures[0] == figures[1] && !figures[0].isEmpty)
        let tensors = student.published.flatMap(\.tensors).map(\.name)
        #expect(Set(tensors).count == 1, "\(Set(tensors))")
    }

    /// s and t of different models, each against its replica.
    private func labelGame(turns: String) throws -> TestCohort {
        func edge(_ name: String) throws -> EdgeOptions {
            var edge = EdgeOptions(
                loss: name, lossTraits: try Losses.registry.make(name).traits)
            edge.loss.options = Setting(
                unwritten: .map([
                    Setting.Entry(
                        key: "turns", position: .unwritten, value: Setting(unwritten: .text(turns)))
                ]))
            return edge
        }
        return TestCohort(
            [
                .init(name: "t", architecture: MLP(hidden: [16])),
                .init(name: "s", architecture: MLP(hidden: [5])),
            ],
            [
                EdgeGroup(from: ["t"], to: "s", try edge("kdgan")),
                EdgeGroup(from: ["s"], to: "t", try edge("kdgan-teacher")),
            ])
    }
}

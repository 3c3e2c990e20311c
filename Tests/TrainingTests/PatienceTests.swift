import CohortGraph
import Exchange
import NeuralNetwork
import Reporting
import Synchronization
import Testing
import Training

/// Learners that stop learning when their evaluations become no better (`training: {patience: N}`).
@Suite(.timeLimit(.minutes(1))) struct PatienceTests {
    private func stop(_ trained: Trained) -> Notice? {
        trained.records.lazy.compactMap { record -> Notice? in
            if case .notice(let notice) = record, notice.message.hasPrefix("stops learning") {
                return notice
            }
            return nil
        }.first
    }

    /// An epoch is of ten steps; a rate that leaves the weights as they are makes nothing better.
    private func cohort(_ groups: [EdgeGroup] = []) -> TestCohort {
        var cohort = TestCohort.plain(
            groups.isEmpty
                ? [.init(name: "a", steps: 80)]
                : [.init(name: "a", steps: 80), .init(name: "b", steps: 80)], groups)
        cohort.optimizer = SGD(rate: 0)
        return cohort
    }

    @Test func oneWithoutNeighboursEnds() throws {
        var assembly = try cohort().assemblies[0]
        assembly.training.habits.best = .loss
        assembly.training.habits.patience = 2
        let trained = train(assembly)
        #expect(trained.error == nil && trained.state.step == 30)
        #expect(trained.epochs.map(\.step) == [10, 20, 30])
        #expect(trained.progress?.best?.step == 10 && trained.progress?.best?.since == 2)
        #expect(stop(trained)?.step == 30)
        #expect(stop(trained)?.message.hasSuffix("it ends here") == true)
        #expect(trained.intervals.last?.step == 30)
        // From a checkpoint of its last step nothing is left to do.
        let again = train(assembly, from: trained.progress)
        #expect(again.state.step == 30 && again.records.isEmpty)
    }

    @Test func betterEvaluationsGoOn() throws {
        var cohort = cohort()
        cohort.optimizer = SGD(rate: 0.05)
        var assembly = try cohort.assemblies[0]
        assembly.training.habits.best = .loss
        assembly.training.habits.patience = 1
        let trained = train(assembly)
        let losses = trained.epochs.map(\.testNLL)
        #expect(zip(losses, losses.dropFirst()).allSatisfy { $0 > $1 })
        #expect(trained.state.step == 80 && stop(trained) == nil)
    }

    /// It goes on to publish, and its peer goes on to learn.
    @Test func oneWithNeighboursStaysWithFrozenWeights() throws {
        let groups = [("a", "b"), ("b", "a")].map {
            EdgeGroup(from: [$0.0], to: $0.1, EdgeOptions(loss: "dml"))
        }
        var assemblies = try cohort(groups).assemblies
        assemblies[0].training.habits.best = .accuracy
        assemblies[0].training.habits.patience = 2
        assemblies[0].training.habits.average = 0.9
        assemblies[1].training.optimizer = SGD(rate: 0.1)
        let both = trainTogether(assemblies)
        let (a, b) = (try #require(both["a"]), try #require(both["b"]))
        #expect(a.error == nil && b.error == nil)
        #expect(a.state.step == 80 && b.state.step == 80)
        #expect(stop(a)?.message.contains("it goes on to teach") == true)
        #expect(a.epochs.count == 8 && b.epochs.allSatisfy { $0.ensembleAccuracy != nil })
        #expect(a.intervals.last?.rate == nil && b.intervals.last?.rate != nil)
        #expect(
            a.published.map(\.step) == b.published.map(\.step) && !a.published.isEmpty)
    }

    /// One whose patience ends with its training reports each step once.
    @Test func nothingIsReportedTwiceAtTheEnd() throws {
        var cohort = cohort()
        cohort.members[0].steps = 30
        var assembly = try cohort.assemblies[0]
        assembly.training.habits.best = .loss
        assembly.training.habits.patience = 2
        let trained = train(assembly)
        #expect(trained.progress?.best?.since == 2)
        #expect(trained.intervals.reduce(0) { $0 + $1.steps } == 30)
        #expect(trained.intervals.allSatisfy { $0.steps > 0 })
    }

    /// Weights that would move stay as they are from the stop on, and so does their average; also
    /// where gradients were put by for an update after it.
    @Test(arguments: [nil, 3]) func nothingMovesAfterTheStop(accumulate: Int?) throws {
        let group = EdgeGroup(from: ["t"], to: "a", EdgeOptions(loss: "kd", temperature: 2))
        var cohort = TestCohort.plain(
            [.init(name: "t", steps: 0), .init(name: "a", steps: 200)], [group])
        cohort.optimizer = SGD(rate: 2, momentum: 0.9)
        var assemblies = try cohort.assemblies
        assemblies[1].training.habits.best = .loss
        assemblies[1].training.habits.patience = 2
        assemblies[1].training.habits.average = 0.9
        assemblies[1].training.habits.accumulate = accumulate
        let hub = InMemoryHub()
        let exchanges = assemblies.map { hub.exchange(of: $0) }
        let states = Mutex<[Int: LearnerState]>([:])
        let stopped = Mutex<Trained?>(nil)
        let crew = Crew()
        let (teacher, learner) = (assemblies[0], assemblies[1])
        crew.add(exchanges[0]) { _ = train(teacher, exchange: exchanges[0]) }
        crew.add(exchanges[1]) {
            let trained = train(
                learner, exchange: exchanges[1],
                stepped: { progress in
                    states.withLock { $0[progress.state.step] = progress.state }
                })
            stopped.withLock { $0 = trained }
        }
        crew.wait()
        let trained = try #require(stopped.withLock { $0 })
        #expect(trained.error == nil && trained.state.step == 200)
        let step = try #require(stop(trained)?.step)
        let before = try #require(states.withLock { $0[step] })
        #expect(step < 200 && before.digest == trained.state.digest)
        let version = try #require(before.versions.keys.first { $0.average != nil })
        #expect(
            before.versions[version]?.parameters.flat.values
                == trained.state.versions[version]?.parameters.flat.values)
        #expect(before.optimizer.step == trained.state.optimizer.step)
    }
}

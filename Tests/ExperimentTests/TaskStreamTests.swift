import Datasets
import Experiment
import Testing
import Training

/// Which samples learners take where they meet tasks one after another.
@Suite(.timeLimit(.minutes(1))) struct TaskStreamTests {
    private static let labels = try? DatasetSources.registry.make("digits").load().train.labels

    private func assembly(
        of name: String, b: String = "", tasks: String = "", teaching: String = "mutual: [a, b]"
    ) throws -> LearnerAssembly {
        let text = """
            data:
              set: digits
              tasks: {classes: [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]\(tasks)}
            training: {steps: 32, batch: 8}
            learners:
              a: {model: mlp, options: {hidden: [8]}}
              b: {model: mlp, options: {hidden: [8]}\(b)}
            teaching:
              - \(teaching)
            """
        let configuration = try ExperimentConfiguration(
            text: text, file: "f", name: "f", registries: .all)
        return try Assembler(configuration).assembly(of: name, as: .member(stage: 1))
    }

    /// The tasks, from 1, of the samples that a source gives at each step.
    private func tasks(_ source: (any BatchSource)?) throws -> [Set<Int>]? {
        guard var source else { return nil }
        let labels = try #require(Self.labels)
        return try (0..<32).map { step in
            let found = source.samples(at: step)
            let samples = try #require(found).samples
            return Set(samples.map { [0, 0, 0, 1, 1, 1, 2, 2, 2, 2][labels[$0]] + 1 })
        }
    }

    /// Ten steps of each task, and two more of the last.
    private func expected(_ order: [Set<Int>]) -> [Set<Int>] {
        (0..<32).map { order[min($0 / 10, 2)] }
    }

    @Test func oneOrderIsOneStream() throws {
        let assembly = try assembly(of: "a")
        #expect(try tasks(assembly.data.own) == expected([[1], [2], [3]]))
        #expect(assembly.data.common == nil)
        var own = assembly.data.own
        let batch = try own.batch(at: 3)
        #expect(batch.labels != nil)
    }

    /// A learner's labels are of its own task alone; what all teach on has no labels.
    @Test func ordersThatDifferDoNotLeakLabels() throws {
        for (name, order) in [("a", [1, 2, 3]), ("b", [3, 2, 1])] {
            let assembly = try assembly(of: name, b: ", task-order: reversed")
            #expect(try tasks(assembly.data.own) == expected(order.map { [$0] }))
            let common = try #require(try tasks(assembly.data.common))
            for (found, most) in zip(common, expected([[1, 3], [2], [1, 3]])) {
                #expect(found.isSubset(of: most))
            }
            #expect(Set(common[..<10].joined()) == [1, 3])
            var (own, taught) = (assembly.data.own, assembly.data.common)
            let (labelled, unlabelled) = (try own.batch(at: 0), try taught?.batch(at: 0))
            #expect(labelled.labels != nil)
            #expect(unlabelled != nil && unlabelled?.labels == nil)
        }
    }

    /// Both learners teach on the same samples, as they must to be understood.
    @Test func allTeachOnTheSameSamples() throws {
        var streams = try ["a", "b"].map {
            try assembly(of: $0, b: ", task-order: reversed").data.common
        }
        for step in 0..<32 {
            let digests = try streams.indices.map { try streams[$0]?.digest(at: step) }
            #expect(digests[0] != nil && digests[0] == digests[1])
        }
    }

    /// A learner that teaches itself alone takes one batch, exemplars or not.
    @Test func ownPastNeedsNoSecondBatch() throws {
        let assembly = try assembly(
            of: "a", tasks: ", exemplars: 20", teaching: "lwf: {of: [a, b]}")
        #expect(assembly.data.common == nil)
        #expect(try tasks(assembly.data.own) == expected([[1], [2], [3]]))
    }

    @Test func jointTrainingMeetsAllTasks() throws {
        let assembly = try assembly(of: "a", tasks: ", joint: true")
        let found = try #require(try tasks(assembly.data.own))
        #expect(Set(found[..<10].joined()) == [1, 2, 3])
    }
}

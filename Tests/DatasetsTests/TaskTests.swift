import Datasets
import NeuralNetwork
import Options
import Testing

/// The tasks that learners meet one after another, and the streams of their samples.
@Suite(.timeLimit(.minutes(1))) struct TaskTests {
    private func corpus(labels: [Int], classes: Int, names: [String]? = nil) -> Corpus {
        let set = SampleSet(
            shape: [1, 1, 1], pixels: .floats([Float](repeating: 0, count: labels.count)),
            labels: labels, classCount: classes)
        return Corpus(
            name: "small",
            SampleView(
                train: set, test: set,
                normalization: Normalization(divisor: 1, mean: [0], std: [1])), classNames: names)
    }

    private static let labels = (0..<40).map { $0 % 5 }

    private func division(
        _ classes: [[String]], names: [String]? = nil, scenario: TaskOptions.Scenario = .classes
    ) throws -> TaskDivision {
        try TaskDivision(
            TaskOptions(count: classes.count, classes: classes, scenario: scenario),
            of: corpus(labels: Self.labels, classes: 5, names: names), seed: 3)
    }

    @Test func classesAreGivenByNumberOrName() throws {
        let numbers = try division([["3", "1"], ["0", "2", "4"]])
        let names = try division(
            [["d", "b"], ["0", "c", "e"]], names: ["a", "b", "c", "d", "e"])
        #expect(numbers.classes == [[3, 1], [0, 2, 4]])
        #expect(names.classes == numbers.classes && names.train == numbers.train)
        #expect(numbers.train.prefix(5) == [1, 0, 1, 0, 1])
        #expect(numbers.test == numbers.train)
        #expect(numbers.outputs == 5 && numbers.outputs(of: 0) == [1, 3])
    }

    @Test func drawnTasksHaveEveryClassOnce() throws {
        let corpus = corpus(labels: Self.labels, classes: 5)
        let drawn = try (1...5).map { count in
            try TaskDivision(TaskOptions(count: count), of: corpus, seed: 3)
        }
        for (count, division) in zip(1..., drawn) {
            #expect(division.classes.joined().sorted() == [0, 1, 2, 3, 4])
            let sizes = division.classes.map(\.count)
            #expect(sizes.count == count && sizes.max()! - sizes.min()! <= 1)
        }
        let other = try TaskDivision(TaskOptions(count: 5), of: corpus, seed: 4)
        #expect(other.classes != drawn[4].classes)
    }

    /// In the domain setting a class is its place in the list of its task.
    @Test func domainsAreRelabelled() throws {
        let division = try division([["3", "1"], ["0", "2", "4"]], scenario: .domains)
        let corpus = corpus(labels: Self.labels, classes: 5).relabelled(by: division)
        #expect(corpus.train.classCount == 3)
        #expect(corpus.train.labels.prefix(5) == [0, 1, 1, 0, 2])
        #expect(division.outputs(of: 0) == [0, 1, 2])
        #expect(division.label(of: 1, in: 0) == 1 && division.label(of: 1, in: 1) == 2)
    }

    /// All mistakes are reported together.
    @Test(arguments: [
        (
            [["0", "7"], ["x"], ["1", "2"]],
            [
                "task 1 names class '7', and small has the classes 0 to 4",
                "task 2 names class 'x'",
            ]
        ),
        ([["0", "1"], ["2"]], ["class 3 is of no task; add it to one", "class 4 is of no task"]),
    ])
    func mistakesAreListed(classes: [[String]], messages: [String]) {
        let error = #expect(throws: DatasetError.self) { _ = try division(classes) }
        for message in messages {
            #expect(error?.description.contains(message) == true, "\(String(describing: error))")
        }
        #expect(error?.exitCode == .configuration)
    }

    @Test func aTaskWithoutSamplesIsRefused() {
        let corpus = corpus(labels: [0, 1, 0, 1], classes: 3)
        let error = #expect(throws: DatasetError.self) {
            _ = try TaskDivision(
                TaskOptions(count: 2, classes: [["0", "1"], ["2"]]), of: corpus, seed: 1)
        }
        #expect(error?.description.contains("task 2 has no training samples") == true)
    }

    @Test func moreTasksThanClassesAreRefused() {
        let error = #expect(throws: DatasetError.self) {
            _ = try TaskDivision(
                TaskOptions(count: 6), of: corpus(labels: Self.labels, classes: 5), seed: 1)
        }
        #expect(error?.description.contains("6 tasks are asked for") == true)
    }

    // MARK: Streams

    /// A stream of one phase is the stream that there is without phases.
    @Test func onePhaseIsTheUsualStream() {
        var plain = Sampler(samples: Array(0..<17), batchSize: 5, seed: 2)
        var phased = Sampler(
            phases: [.init(firstStep: 0, samples: Array(0..<17))], batchSize: 5, seed: 2)
        for step in 0..<30 { #expect(plain.batch(step) == phased.batch(step)) }
        let identity = [UInt8](repeating: 7, count: 32)
        #expect(plain.orderDigest(identity: identity) == phased.orderDigest(identity: identity))
    }

    private static let phases = [
        Sampler.Phase(firstStep: 0, samples: [0, 1, 2, 3, 4, 5]),
        Sampler.Phase(firstStep: 4, samples: [10, 11, 12, 13]),
        Sampler.Phase(firstStep: 9, samples: [20, 21, 22]),
    ]

    /// Each step draws from its own phase, every sample of it equally often, in epochs that go on
    /// from phase to phase.
    @Test func phasesDrawFromTheirOwnSamples() {
        var sampler = Sampler(phases: Self.phases, batchSize: 3, seed: 2)
        #expect(sampler.samples.count == 13)
        var epoch = 0
        for (place, steps) in [0..<4, 4..<9, 9..<21].enumerated() {
            var seen: [Int: Int] = [:]
            for step in steps {
                let batch = sampler.batch(step)
                #expect(Set(batch.samples).isSubset(of: Self.phases[place].samples))
                for (sample, found) in zip(batch.samples, batch.epochs) {
                    #expect(found >= epoch)
                    epoch = found
                    seen[sample, default: 0] += 1
                }
            }
            #expect(seen.values.max()! - seen.values.min()! <= 1)
            epoch += 1
        }
        // Any step, in any order.
        var again = Sampler(phases: Self.phases, batchSize: 3, seed: 2)
        for step in (0..<21).reversed() { #expect(again.batch(step) == sampler.batch(step)) }
    }

    /// Exemplars are drawn in one phase beside its own samples, and change no other.
    @Test func rehearsedSamplesAreOfOnePhase() {
        var plain = Sampler(phases: Self.phases, batchSize: 3, seed: 2)
        var rehearsing = plain
        rehearsing.rehearse([1, 4], inPhase: 1)
        let drawn = Set((4..<9).flatMap { rehearsing.batch($0).samples })
        #expect(drawn == [1, 4, 10, 11, 12, 13])
        for step in [0, 1, 2, 3, 9, 10, 30] {
            #expect(rehearsing.batch(step) == plain.batch(step))
        }
        rehearsing.rehearse([], inPhase: 1)
        for step in 4..<9 { #expect(rehearsing.batch(step) == plain.batch(step)) }
    }

    @Test func theDigestKnowsThePhases() {
        let identity = [UInt8](repeating: 7, count: 32)
        let digest = Sampler(phases: Self.phases, batchSize: 3, seed: 2)
            .orderDigest(identity: identity)
        var moved = Self.phases
        moved[1] = .init(firstStep: 5, samples: moved[1].samples)
        var swapped = Self.phases
        swapped[1] = .init(firstStep: 4, samples: Self.phases[2].samples)
        swapped[2] = .init(firstStep: 9, samples: Self.phases[1].samples)
        for other in [moved, swapped] {
            let sampler = Sampler(phases: other, batchSize: 3, seed: 2)
            #expect(sampler.orderDigest(identity: identity) != digest)
        }
    }
}

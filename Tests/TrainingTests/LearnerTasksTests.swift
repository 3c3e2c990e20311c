import CohortGraph
import Datasets
import Distillation
import NeuralNetwork
import Options
import Testing
import Training

/// Which outputs count at a step, in each setting.
@Suite(.timeLimit(.minutes(1))) struct LearnerTasksTests {
    /// Six classes of two samples each, in three tasks.
    private func tasks(
        _ scenario: TaskOptions.Scenario, outputs: TaskOptions.Outputs = .seen,
        isJoint: Bool = false, orders: [String: [Int]] = ["a": [2, 0, 1]]
    ) throws -> LearnerTasks {
        let set = SampleSet(
            shape: [1, 1, 1], pixels: .floats([Float](repeating: 0, count: 12)),
            labels: (0..<12).map { $0 / 2 }, classCount: 6)
        let corpus = Corpus(
            name: "six", train: set, test: set,
            normalization: Normalization(divisor: 1, mean: [0], std: [1]))
        let options = TaskOptions(
            count: 3, classes: [["0", "1"], ["2", "3"], ["4", "5"]], scenario: scenario,
            outputs: outputs, isJoint: isJoint)
        return LearnerTasks(
            try TaskDivision(options, of: corpus, seed: 1), of: "a", orders: orders,
            length: TaskLength(steps: 10, count: 3))
    }

    /// The outputs whose gradient the labels' loss reaches.
    private func compared(
        _ tasks: LearnerTasks, _ labels: [Int], at step: Int, width: Int = 6
    ) -> [Int] {
        let tape = Tape()
        let leaf = tape.leaf(Tensor(repeating: 0.5, shape: [labels.count, width]))
        tape.backward(from: tasks.compared(leaf, labels, at: step).crossEntropy(labels))
        let slopes = leaf.gradient?.values ?? []
        return (0..<width).filter { slopes[$0] != 0 }
    }

    @Test func oneHeadComparesTheClassesMetSoFar() throws {
        let tasks = try tasks(.classes)
        #expect(compared(tasks, [4], at: 9) == [4, 5])
        #expect(compared(tasks, [0], at: 10) == [0, 1, 4, 5])
        #expect(compared(tasks, [2], at: 25) == [0, 1, 2, 3, 4, 5])
        // The last task lasts to the end.
        #expect(compared(tasks, [2], at: 300) == [0, 1, 2, 3, 4, 5])
        #expect(tasks.earlierHeads(at: 9).isEmpty)
        #expect(tasks.earlierHeads(at: 20) == [[0, 1, 4, 5]])
    }

    @Test func newOutputsAreThoseOfTheTaskAlone() throws {
        #expect(compared(try tasks(.classes, outputs: .new), [0], at: 10) == [0, 1])
    }

    @Test func headsOfTasksCompareTheirOwnOutputs() throws {
        let tasks = try tasks(.tasks)
        #expect(compared(tasks, [0], at: 10) == [0, 1])
        #expect(tasks.earlierHeads(at: 20) == [[4, 5], [0, 1]])
        // A row for each sample's task: the largest of all logits is another task's.
        let logits = Tensor(shape: [1, 6], values: [0, 1, 9, 9, 9, 9])
        #expect(tasks.judged(logits, [0], after: 30).argmax == [1])
    }

    @Test func domainsShareTheirOutputs() throws {
        let tasks = try tasks(.domains)
        #expect(tasks.division.outputs == 2)
        #expect(tasks.division.label(of: 1, in: 2) == 5)
        #expect(compared(tasks, [1], at: 0, width: 2) == [0, 1])
        #expect(tasks.earlierHeads(at: 10) == [[0, 1]])
    }

    @Test func allCountWhereTasksAreMetTogether() throws {
        let tasks = try tasks(.classes, isJoint: true)
        #expect(compared(tasks, [0], at: 0) == Array(0..<6))
        #expect(tasks.earlierHeads(at: 29).isEmpty)
    }

    /// What its teachers met counts for a learner too.
    @Test func whatTeachersMetCounts() throws {
        let tasks = try tasks(.classes, orders: ["a": [2, 0, 1], "b": [0, 1, 2]])
        #expect(compared(tasks, [4], at: 0) == [0, 1, 4, 5])
        let context = tasks.context(at: 0)
        #expect(context.hasMet("b", 0) && !context.hasMet("b", 8))
        #expect(context.hasMet("a", 8) && !context.hasMet("a", 0))
        // A teacher that never learns knows all.
        #expect(context.hasMet("t", 4))
    }

    /// Outputs that do not count are judged below all that do, by numbers that stay finite.
    @Test func judgedLogitsNameClassesThatWereMet() throws {
        let tasks = try tasks(.classes)
        let logits = Tensor(shape: [2, 6], values: [9, 0, 0, 0, 1, 2, 0, 0, 9, 0, -3, -4])
        let judged = tasks.judged(logits, [0, 4], after: 10)
        #expect(judged.argmax == [5, 4])
        #expect(judged.values == [-28, -28, -28, -28, 1, 2, -33, -33, -33, -33, -3, -4])
        #expect(tasks.judged(logits, [0, 4], after: 30).values == logits.values)
    }
}

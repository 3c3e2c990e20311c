import Distillation
import NeuralNetwork
import Testing

/// Terms that teach nothing: no gradient flows from them, which would be 0·∞ where a derivative has
/// no bound.
@Suite(.timeLimit(.minutes(1))) struct SilentTermTests {
    /// A root at 0, whose derivative is infinite.
    private func roots(_ shape: [Int], _ tape: Tape) -> (leaf: Variable, root: Variable) {
        let leaf = tape.leaf(Tensor(repeating: 0, shape: shape))
        return (leaf, leaf.squareRoot())
    }

    @Test(arguments: ["dkd", "nkd"])
    func oneClassTeachesNothing(name: String) throws {
        let (tape, loss) = (Tape(), try Losses.registry.make(name))
        let (leaf, root) = roots([3, 1], tape)
        let found = loss(root, normal([3, 1], 1), LossContext(temperature: 2, labels: [0, 0, 0]))
        try expectNothing(of: found, leaf, tape)
    }

    @Test func aWarmUpTeachesNothing() throws {
        let shapes = [[4, 3, 4, 4], [4, 4, 4, 4]]
        let prepared = try PreparedLoss(
            "mhgd", options: setting(["levels": "2"]), student: shapes, teacher: shapes)
        let tape = Tape()
        let (leaf, root) = roots([4, 28], tape)
        let teacher = prepared.loss.summary(
            shapes.enumerated().map { Variable(normal($1, UInt64($0))) }
        ).value
        var context = LossContext()
        context.parameters = prepared.pass(tape)
        let found = prepared.loss(root, teacher, context)
        #expect(found.auxiliary?.needsGradient == true)
        try expectNothing(of: found, leaf, tape)
    }

    @Test func unansweredVotesTeachNothing() throws {
        let tape = Tape()
        let (leaf, root) = roots([2, 3], tape)
        let prepared = try PreparedCombination(
            "confident-gnmax", options: setting(["threshold": "1000000"]), teachers: 2)
        let found = try prepared(
            root, [normal([2, 3], 1), normal([2, 3], 2)], by: Losses.registry.make("kd"),
            LossContext(temperature: 2))
        try expectNothing(of: found.term, leaf, tape)
    }

    private func expectNothing(of term: LossTerm, _ leaf: Variable, _ tape: Tape) throws {
        #expect(term.value.value.scalar == 0 && !term.value.needsGradient)
        tape.backward(from: term.value + leaf.sum())
        #expect(leaf.gradient?.values.allSatisfy { $0 == 1 } == true)
    }
}

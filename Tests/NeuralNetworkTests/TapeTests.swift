import Bytes
import Kernels
import NeuralNetwork
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TapeTests {
    /// Beside a constant, an operand has the gradient that it has beside another leaf.
    @Test func aConstantOperandChangesNoGradient() throws {
        let operations: [(Variable, Variable) -> Variable] = [(+), (-), (*), (/)]
        let (a, b) = (
            Tensor(shape: [2, 2], values: [1, -2, 3, 4]), Tensor(shape: [2, 1], values: [5, -6])
        )
        for operation in operations {
            let tape = Tape()
            let (first, second) = (tape.leaf(a), tape.leaf(b))
            tape.backward(from: operation(first, second).squared().sum())
            let (one, other) = (Tape(), Tape())
            let (left, right) = (one.leaf(a), other.leaf(b))
            one.backward(from: operation(left, Variable(b)).squared().sum())
            other.backward(from: operation(Variable(a), right).squared().sum())
            #expect(try #require(left.gradient).values == first.gradient?.values)
            #expect(try #require(right.gradient).values == second.gradient?.values)
        }
    }

    /// After a pass has settled, the weights of its layers have no gradient, and its input has the
    /// one that it had before.
    @Test(arguments: ["lenet", "resnet8"]) func aSettledPassHasTheGradientOfItsInput(
        _ family: String
    ) throws {
        let model = try Model(
            Models.registry.make(family), input: [3, 16, 16], classes: 4)
        let parameters = model.initialParameters(key: RandomKey(seed: 3))
        let key = RandomKey(seed: 5)
        let images = Tensor(
            shape: [5, 3, 16, 16], values: (0..<5 * 768).map { key.normal(at: $0) })
        func gradients(settled: Bool) throws -> (input: Tensor, weights: [Float]) {
            let tape = Tape()
            let x = tape.leaf(images)
            let pass = ForwardPass(
                .training, parameters: parameters, buffers: model.initialBuffers, tape: tape,
                key: key)
            let loss = model.network(x, pass).squared().sum()
            if settled { pass.settle() }
            tape.backward(from: loss)
            let weights = pass.gradients(of: parameters)
            let slots = parameters.slots.filter { $0.shape.count > 1 }
            return (
                try #require(x.gradient),
                slots.flatMap { Array(weights.values[$0.offset..<$0.offset + $0.count]) }
            )
        }
        let (whole, settled) = (try gradients(settled: false), try gradients(settled: true))
        #expect(whole.input.values == settled.input.values)
        #expect(whole.weights.contains { $0 != 0 } && settled.weights.allSatisfy { $0 == 0 })
    }

    @Test func maxPoolingSendsTheGradientToTheFirstLargest() {
        let tape = Tape()
        let x = tape.leaf(Tensor(shape: [1, 1, 2, 4], values: [1, 5, 2, 2, 5, 0, 2, 1]))
        let y = x.maxPool(Window(2, stride: 2))
        tape.backward(from: (y * Variable(Tensor(shape: [1, 1, 1, 2], values: [3, 4]))).sum())
        #expect(y.value.values == [5, 2])
        #expect(x.gradient?.values == [0, 3, 4, 0, 0, 0, 0, 0])
    }

    @Test func nothingFlowsThroughADetachedVariable() {
        let tape = Tape()
        let x = tape.leaf(Tensor(shape: [2], values: [3, 4]))
        tape.backward(from: (x.detached * x).sum())
        #expect(x.gradient?.values == [3, 4])
    }

    @Test func aLeafThatTheLossIgnoresHasNoGradient() {
        let tape = Tape()
        let (x, y) = (tape.leaf(Tensor(1)), tape.leaf(Tensor(2)))
        tape.backward(from: x * x)
        #expect(x.gradient?.scalar == 2)
        #expect(y.gradient == nil)
    }

    @Test func aSharedUpstreamGradientIsNotOverwritten() {
        let tape = Tape()
        let (x, y) = (tape.leaf(Tensor(2)), tape.leaf(Tensor(5)))
        let sum = x + y
        tape.backward(from: sum + x + x)
        #expect(x.gradient?.scalar == 3)
        #expect(y.gradient?.scalar == 1)
    }

    @Test func aCopyOfATensorIsASnapshot() {
        var tensor = Tensor(shape: [3], values: [1, 2, 3])
        let snapshot = tensor
        tensor.add(Tensor(shape: [3], values: [1, 1, 1]), times: 2)
        #expect(tensor.values == [3, 4, 5])
        #expect(snapshot.values == [1, 2, 3])
    }
}

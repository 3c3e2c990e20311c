import Bytes
import NeuralNetwork
import Testing

/// Passes whose layers use what a transform makes of the parameters.
@Suite(.timeLimit(.minutes(1)))
struct ParameterTransformTests {
    private let model: Model
    private let parameters: Parameters
    /// Two numbers that the transform learns: a factor for matrices, and one for vectors.
    private let factors: Parameters

    init() throws {
        model = try Model(MLP(hidden: [5], activation: .tanh), input: [1, 2, 3], classes: 3)
        parameters = model.initialParameters(key: RandomKey(seed: 1))
        var builder = ModelBuilder()
        for name in ["matrices", "vectors"] {
            _ = builder.parameter(name, [], .constant(1.5))
        }
        factors = Parameters(initializing: builder.slots, key: RandomKey(seed: 2))
    }

    private static let inputs = random([4, 1, 2, 3], key: RandomKey(seed: 3), centre: 0)

    /// The loss with parameters p·f + tanh p, f a factor of the transform's own.
    private func loss(
        _ parameters: Parameters, _ factors: Parameters, tape: Tape? = nil
    ) -> (loss: Variable, pass: ForwardPass, own: ForwardPass) {
        let key = RandomKey(seed: 4)
        let own = ForwardPass(
            .training, parameters: factors, buffers: .none, tape: tape, key: key)
        let transform = ParameterTransform { slot, parameter in
            parameter * own.parameter(slot.shape.count > 1 ? 0 : 1) + parameter.map(.tanh)
        }
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers, tape: tape,
            transform: transform, key: key)
        let logits = model.network(Variable(Self.inputs), pass)
        return (logits.crossEntropy([0, 1, 2, 0]), pass, own)
    }

    @Test func layersUseWhatTheTransformMakes() {
        var made = parameters
        for slot in parameters.slots {
            let parameter = Variable(parameters[slot])
            made[slot] = (parameter * 1.5 + parameter.map(.tanh)).value
        }
        let plain = ForwardPass(
            .training, parameters: made, buffers: model.initialBuffers, key: RandomKey(seed: 4))
        let expected = model.network(Variable(Self.inputs), plain).crossEntropy([0, 1, 2, 0])
        #expect(loss(parameters, factors).loss.value.scalar == expected.value.scalar)
    }

    @Test func gradientsReachTheParametersAndTheTransformsOwn() {
        let tape = Tape()
        let (value, pass, own) = loss(parameters, factors, tape: tape)
        tape.backward(from: value)
        let numeric = differences(of: parameters) { loss($0, factors).loss }
        let numericOwn = differences(of: factors) { loss(parameters, $0).loss }
        let error = distance(pass.gradients(of: parameters).values.map(Double.init), numeric)
        let ownError = distance(own.gradients(of: factors).values.map(Double.init), numericOwn)
        #expect(error < 5e-3 && ownError < 5e-3, "relative errors \(error), \(ownError)")
        for slot in factors.slots { #expect(numericOwn[slot.offset] != 0) }
    }

    /// Two layers may share a parameter: the transform may be costly, and may draw.
    @Test func aParameterIsTransformedOnceInAPass() {
        var names: [String] = []
        let transform = ParameterTransform { slot, parameter in
            names.append(slot.name)
            return parameter
        }
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: .none, transform: transform,
            key: RandomKey(seed: 4))
        #expect(names.isEmpty)
        for number in [1, 0, 1] { _ = pass.parameter(number) }
        #expect(names == [parameters.slots[1].name, parameters.slots[0].name])
    }

    /// Central differences in every number of a store, zero between its slots.
    private func differences(
        of store: Parameters, _ loss: (Parameters) -> Variable
    ) -> [Double] {
        let step: Float = 1e-2
        func moved(_ slot: ParameterSlot, _ place: Int, _ amount: Float) -> Double {
            var (moved, values) = (store, store[slot].values)
            values[place] += amount
            moved[slot] = Tensor(shape: slot.shape, values: values)
            return Double(loss(moved).value.scalar)
        }
        var numeric = [Double](repeating: 0, count: store.flat.count)
        for slot in store.slots {
            for place in 0..<slot.count {
                numeric[slot.offset + place] =
                    (moved(slot, place, step) - moved(slot, place, -step)) / Double(2 * step)
            }
        }
        return numeric
    }
}

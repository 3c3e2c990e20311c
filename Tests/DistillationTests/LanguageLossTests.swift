import Bytes
import Distillation
import Foundation
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// The losses of encoders between whole transformers, and the divergence of GKD, against PyTorch in
/// float64.
@Suite(.timeLimit(.minutes(1))) struct LanguageLossTests {
    private static let encoders = [
        "pkd", "tinybert-attention", "tinybert-hidden", "hidden-cosine", "minilm", "minilmv2",
    ]

    private static func cases(_ group: String) throws -> [ReferenceCase] {
        let resources = try #require(Bundle.module.resourceURL)
        return try ReferenceCase.all(
            at: resources.appending(path: "Fixtures/language.safetensors"), group: group)
    }

    @Test func theGeneralizedDivergenceAgreesWithPyTorch() throws {
        for example in try Self.cases("loss/gjs") {
            try expectAgreement(ofLoss: "gjs", with: example)
        }
    }

    /// At the ends it is the two divergences by definition, and near them the share of one side.
    @Test func theGeneralizedDivergenceHasItsLimits() throws {
        let (student, teacher) = (normal([4, 5], 1), normal([4, 5], 2))
        func found(_ name: String, _ options: [String: String] = [:]) throws -> Float {
            let loss = try Losses.registry.make(name, options: setting(options))
            return loss(Variable(student), teacher, LossContext(temperature: 1)).value.value.scalar
        }
        let (forward, reverse, middle) = (
            try found("kd"), try found("reverse-kl"), try found("js")
        )
        let shares = try ["0", "0.001", "0.5", "1"].map { try found("gjs", ["beta": $0]) }
        #expect(abs(shares[0] - forward) < 1e-6)
        #expect(abs(shares[1] / 0.001 - forward) < 0.02 * forward)
        #expect(abs(shares[2] - middle) < 1e-6)
        #expect(abs(shares[3] - reverse) < 1e-6)
    }

    /// A student and a teacher of other widths and depths, with padding and without: the value, and
    /// the gradient in every parameter of the student and of the loss.
    @Test(arguments: encoders) func encodersAgreeWithPyTorch(_ name: String) throws {
        for example in try Self.cases("encoder/\(name)") {
            let pair = try Pair(example, loss: name)
            let (value, gradients, learned) = try pair.differentiated()
            let what = "\(name)/\(example.name)"
            expectAgreement(value, try example.tensor("value"), what)
            let expected = example.group("gradient")
            for slot in gradients.slots {
                guard let gradient = expected[slot.name]?.tensor else {
                    let isZero = gradients[slot].values.allSatisfy { $0 == 0 }
                    #expect(isZero, "\(what), \(slot.name)")
                    continue
                }
                // Where relations agree to the softmax's rounding, gradients are as small as it.
                expectAgreement(
                    gradients[slot], gradient, "\(what), gradient of \(slot.name)",
                    tolerance: 5e-4, rounding: 1e-6)
            }
            #expect(Set(learned.keys) == Set(example.group("learned").keys))
            for (key, gradient) in learned {
                expectAgreement(gradient, try example.tensor("learned/\(key)"), "\(what), \(key)")
            }
        }
    }

    /// What a codec makes of the zeros at padding has no influence: which positions count, the
    /// learner's own activation says.
    @Test(arguments: encoders) func whatTeachersSendOfPaddingDoesNotCount(_ name: String) throws {
        // The mean and the first position of PKD are made before they travel.
        guard name != "pkd" else { return }
        let example = try #require(
            try Self.cases("encoder/\(name)").first { $0.name.hasSuffix("padded") })
        let pair = try Pair(example, loss: name)
        let (plain, noisy) = (try pair.differentiated(), try pair.differentiated(noise: 0.5))
        #expect(plain.value.values == noisy.value.values)
        #expect(plain.gradients.flat.values == noisy.gradients.flat.values)
    }

    @Test func refusalsSayWhatToTake() throws {
        func refusal(
            _ loss: String, _ student: [[Int]], _ teacher: [[Int]],
            _ options: [String: String] = [:]
        ) -> String? {
            let error = #expect(throws: SettingError.self) {
                _ = try PreparedLoss(
                    loss, options: setting(options), student: student.map { [4] + $0 },
                    teacher: teacher.map { [4] + $0 })
            }
            return error?.message
        }
        let heads = refusal("tinybert-attention", [[2, 6, 6]], [[4, 6, 6]])
        #expect(heads?.contains("take 'minilmv2'") == true)
        let scores = refusal("tinybert-attention", [[8, 6, 1]], [[8, 6, 1]])
        #expect(scores?.contains("'layer1.attention'") == true)
        let values = refusal("minilm", [[2, 6, 6], [8, 5, 1]], [[2, 6, 6], [8, 5, 1]])
        #expect(values?.contains("layer2.values") == true)
        let divided = refusal(
            "minilmv2", Array(repeating: [8, 6, 1], count: 3),
            Array(repeating: [12, 6, 1], count: 3),
            ["heads": "8"])
        #expect(divided?.contains("set another 'heads'") == true)
        for loss in ["pkd", "hidden-cosine"] {
            let widths = refusal(loss, [[8, 6, 1]], [[12, 6, 1]])
            #expect(widths?.contains("take 'tinybert-hidden'") == true)
        }
        let positions = refusal("tinybert-hidden", [[8, 6, 1]], [[8, 7, 1]])
        #expect(positions?.contains("one 'length'") == true)
        let mixed = refusal(
            "tinybert-hidden", [[8, 6, 1], [4, 6, 1]], [[8, 6, 1], [8, 6, 1]], ["levels": "2"])
        #expect(mixed?.contains("an edge of their own") == true)
    }
}

/// A transformer that teaches another one by a loss of their taps.
private struct Pair {
    private let example: ReferenceCase
    private let student: Model
    private let teacher: Model
    private let name: String
    private let tokens: Tensor

    init(_ example: ReferenceCase, loss name: String) throws {
        (self.example, self.name) = (example, name)
        tokens = try example.tensor("tokens")
        student = try Self.model(width: 8, heads: 2, layers: 2, tokens)
        teacher = try Self.model(
            width: example.option("width", 0), heads: example.option("heads", 0), layers: 3,
            tokens)
    }

    private static func model(
        width: Int, heads: Int, layers: Int, _ tokens: Tensor
    ) throws -> Model {
        let options = [
            "dimension": "\(width)", "heads": "\(heads)", "layers": "\(layers)", "hidden": "10",
        ]
        let architecture = try Models.make("transformer", options: setting(options))
        return try Model(
            architecture.reading(Vocabulary(count: 11, padding: 0)),
            input: Array(tokens.shape.dropFirst()), classes: 3)
    }

    private func activations(
        of model: Model, _ side: String, _ taps: String, tape: Tape? = nil
    ) throws -> (activations: [Variable], pass: ForwardPass, parameters: Parameters) {
        let parameters = try Parameters(initializing: model.slots, key: RandomKey(seed: 1))
            .replaced(by: example.group(side))
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers, tape: tape,
            key: RandomKey(seed: 2))
        _ = model.network(Variable(tokens), pass)
        let found = try example.option(taps, "").split(separator: ",").map {
            try #require(pass.activations[String($0)])
        }
        return (found, pass, parameters)
    }

    /// The value, and its gradients in the student's and in the loss's own parameters.
    ///
    /// - Parameter noise: put at the teacher's padding.
    func differentiated(
        noise: Float = 0
    ) throws -> (value: Tensor, gradients: Parameters, learned: [String: Tensor?]) {
        let tape = Tape()
        let own = try activations(of: student, "student", "to", tape: tape)
        let others = try activations(of: teacher, "teacher", "from").activations.map { tap in
            let values = tap.value.values.map { $0 == 0 ? noise : $0 }
            return Tensor(shape: tap.shape, values: values)
        }
        let prepared = try PreparedLoss(
            name, options: example.settings, student: own.activations.map(\.shape),
            teacher: others.map(\.shape), parameters: example.group("parameter"))
        let pass = prepared.pass(tape)
        var context = LossContext()
        context.parameters = pass
        let summary = prepared.loss.summary(others.map { Variable($0) }).value
        let value = prepared.loss(prepared.loss.summary(own.activations), summary, context).value
        tape.backward(from: value)
        var gradients = Parameters(zerosFor: student.slots)
        let flat = own.pass.gradients(of: own.parameters)
        gradients.update { $0 = flat }
        let learned = prepared.parameters.slots.enumerated().map {
            ($1.name, pass.parameter($0).gradient)
        }
        return (value.value, gradients, Dictionary(learned) { first, _ in first })
    }
}

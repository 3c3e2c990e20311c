import Bytes
import NeuralNetwork
import Options
import ReferenceNumbers
import Testing

/// Models that classify at earlier places too.
@Suite(.timeLimit(.minutes(1)))
struct EarlyExitTests {
    /// Those that `scripts/reference/training.py` computes, with their options.
    private static let references: [(name: String, options: [(String, String)])] = [
        ("resnet8", [("width", "4"), exits]), ("wrn-10-1", [("width", "4"), exits]),
        ("resnet8-branches", [("width", "4"), ("branches", "3")]),
        ("resnet8-averaged", [("width", "4"), ("branches", "3"), ("gate", "false")]),
        (
            "resnet8-rescaled",
            [("width", "4"), ("branches", "3"), ("gate", "false"), ("rescale", "true")]
        ),
        ("mobilenet", [("width", "2"), exits]), ("vgg8", [("width", "2"), exits]),
        (
            "transformer",
            [
                ("dimension", "8"), ("heads", "2"), ("hidden", "12"), ("layers", "3"),
                ("tokens", "11"), exits,
            ]
        ),
    ]
    private static let exits = ("exits", "true")
    /// All models that can have exits.
    private static let names = Models.registry.names.filter { name in
        Models.registry.options(of: name).contains { $0.key == "exits" }
    }

    private func model(
        _ name: String, _ options: [(String, String)], input: [Int], classes: Int
    ) throws -> Model {
        try Model(Models.make(name, options: map(options)), input: input, classes: classes)
    }

    /// Logits and exits in evaluation, and the gradient of the sum of all their losses.
    @Test(arguments: references.indices)
    func agreesWithPyTorch(index: Int) throws {
        let (name, options) = Self.references[index]
        let isOfBranches = name.hasSuffix("-averaged") || name.hasSuffix("-rescaled")
        let example = try ReferenceCase.one(in: isOfBranches ? "branches" : "exits", name)
        let x = try example.tensor("input")
        let model = try model(
            name.hasPrefix("resnet8-") ? "resnet8" : name, options,
            input: Array(x.shape.dropFirst()), classes: example.option("classes", 0))
        let (parameters, buffers) = try SafeTensorsFile(tensors: example.group("state"))
            .state(of: model)
        let evaluation = ForwardPass(
            .evaluation, parameters: parameters, buffers: buffers, key: RandomKey(seed: 0))
        let found = logits(of: model, x, evaluation)
        #expect(Set(found.keys) == Set(example.group("evaluation").keys))
        for (exit, value) in found {
            expectAgreement(value.value, try example.tensor("evaluation/\(exit)"), exit)
        }

        let tape = Tape()
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: buffers, tape: tape,
            key: RandomKey(seed: 0))
        let labels = try example.labels()
        let losses = logits(of: model, x, pass).sorted { $0.key < $1.key }
            .map { $0.value.crossEntropy(labels) }
        tape.backward(from: losses.dropFirst().reduce(losses[0], +))
        var gradients = Parameters(zerosFor: model.slots)
        gradients.update { $0 = pass.gradients(of: parameters) }
        for slot in gradients.slots {
            expectAgreement(
                gradients[slot], try example.tensor("gradient/\(slot.name)"),
                "gradient of \(slot.name)",
                rounding: 4 * Double(try example.tensor("rounding/\(slot.name)").scalar))
        }
    }

    /// By the names of the exits, those of the last layer as `logits`.
    private func logits(
        of model: Model, _ x: Tensor, _ pass: ForwardPass
    ) -> [String: Variable] {
        let last = model.network(Variable(x), pass)
        return pass.taps.filter { model.exits.contains($0.key) }.merging(["logits": last]) { $1 }
    }

    /// Exits change nothing of what the rest computes, not by a bit.
    @Test(arguments: names)
    func theLastLayerDoesNotDependOnExits(name: String) throws {
        let narrow = name == "transformer" ? [] : [("width", "2")]
        let plain = try model(name, narrow, input: [1, 8, 8], classes: 3)
        let whole = try model(name, narrow + [Self.exits], input: [1, 8, 8], classes: 3)
        #expect(plain.exits.isEmpty && !whole.exits.isEmpty)
        #expect(whole.parameterCount > plain.parameterCount)
        let x = Tensor(shape: [4, 1, 8, 8], values: (0..<256).map { Float($0 * 7 % 11) })
        let outputs = [plain, whole].map { model -> [Float] in
            let pass = ForwardPass(
                .training, parameters: model.initialParameters(key: RandomKey(seed: 1)),
                buffers: model.initialBuffers, key: RandomKey(seed: 2))
            return model.network(Variable(x), pass).value.values
        }
        #expect(outputs[0] == outputs[1])
        for exit in whole.exits {
            #expect(whole.taps[exit] == [3])
            #expect(whole.taps["\(exit)-features"]?.count == 1)
        }
    }

    /// Each branch has weights of its own, and the logits lie between those of the branches.
    @Test func theGateMixesItsBranches() throws {
        let model = try model("resnet8", [("branches", "3")], input: [1, 8, 8], classes: 3)
        #expect(model.exits == ["branch1", "branch2", "branch3"])
        let pass = ForwardPass(
            .training, parameters: model.initialParameters(key: RandomKey(seed: 1)),
            buffers: model.initialBuffers, key: RandomKey(seed: 2))
        let x = Tensor(shape: [4, 1, 8, 8], values: (0..<256).map { Float($0 * 7 % 11) })
        let all = logits(of: model, x, pass)
        let branches = model.exits.compactMap { all[$0]?.value.values }
        #expect(Set(branches).count == 3)
        for (index, logit) in (all["logits"]?.value.values ?? []).enumerated() {
            let found = branches.map { $0[index] }
            #expect(found.min()! <= logit && logit <= found.max()!)
        }
    }

    @Test func exitsAndBranchesExcludeOneAnother() {
        #expect(throws: SettingError.self) {
            try Models.make("resnet8", options: map([Self.exits, ("branches", "2")]))
        }
    }

    @Test(arguments: [("gate", "false"), ("rescale", "true")])
    func aNetWithoutBranchesHasNothingToConnect(option: (String, String)) {
        let error = #expect(throws: SettingError.self) {
            try Models.make("resnet8", options: map([option]))
        }
        #expect(error?.description.contains("\(option.0) is of a net with branches") == true)
    }

    @Test func oneBlockHasNoExit() {
        #expect(throws: SettingError.self) {
            try Models.make("transformer", options: map([("layers", "1"), ("exits", "true")]))
        }
    }
}

import Bytes
import NeuralNetwork
import Options
import Testing

/// Models of which a part is another learner's.
@Suite(.timeLimit(.minutes(1))) struct BorrowedModelTests {
    private static let net = ResNet(depth: 8, width: 2)
    /// Those that end by a linear layer over the global average of a map.
    private static let nets: [any Architecture] = [
        net, WideResNet(depth: 10, widening: 1, width: 2),
    ]

    private func model(_ architecture: any Architecture) throws -> Model {
        try Model(architecture, input: [1, 8, 8], classes: 3)
    }

    private func logits(
        _ model: Model, _ weights: (parameters: Parameters, buffers: Buffers),
        _ mode: ForwardPass.Mode = .evaluation
    ) -> [Float] {
        let pass = ForwardPass(
            mode, parameters: weights.parameters, buffers: weights.buffers,
            key: RandomKey(seed: 0))
        let key = RandomKey(seed: 4)
        let x = Tensor(shape: [3, 1, 8, 8], values: (0..<192).map { key.normal(at: $0) })
        return model.network(Variable(x), pass).value.values
    }

    /// Weights of a model, with moments that a batch has moved.
    private func started(_ model: Model, seed: UInt64) -> (Parameters, Buffers) {
        let parameters = model.initialParameters(key: RandomKey(seed: seed))
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers,
            key: RandomKey(seed: seed))
        let key = RandomKey(seed: seed + 1)
        let x = Tensor(shape: [3, 1, 8, 8], values: (0..<192).map { key.normal(at: $0) })
        _ = model.network(Variable(x), pass)
        return (parameters, pass.buffers)
    }

    /// Before its first step an assistant adds nothing, in evaluation and in training alike.
    @Test(arguments: nets.indices)
    func aPairBeginsAsItsStudent(index: Int) throws {
        let net = Self.nets[index]
        let (student, pair) = (
            try model(net), try model(ResidualPair(student: net, assistant: net))
        )
        let trained = started(student, seed: 1)
        var (parameters, buffers) = (
            pair.initialParameters(key: RandomKey(seed: 2)), pair.initialBuffers
        )
        pair.takeParts(of: trained, into: &parameters, &buffers)
        let expected = logits(student, trained)
        #expect(logits(pair, (parameters, buffers)) == expected)
        #expect(logits(pair, (parameters, buffers), .training) == expected)
    }

    /// Its student's layers and moments stay; the classifier begins as the student's and moves.
    @Test func aPairHasTheStudentsParts() throws {
        let pair = try model(ResidualPair(student: Self.net, assistant: Self.net))
        let names = Set(pair.slots.map(\.name))
        let frozen = Set(pair.frozen.map(\.name))
        #expect(frozen == names.filter { !$0.hasPrefix("assistant.") && !$0.hasPrefix("fc.") })
        #expect(frozen.union(["fc.weight", "fc.bias"]).isSubset(of: pair.borrowed))
        #expect(pair.borrowed.allSatisfy { !$0.hasPrefix("assistant.") })
        #expect(Set(pair.taps.keys) == ["map", "features", "classes"])
    }

    @Test func aReusedClassifierIsTheTeachers() throws {
        let teacher = try model(ResNet(depth: 8, width: 4))
        let student = try model(
            ReusedClassifier(student: Self.net, teacher: ResNet(depth: 8, width: 4)))
        #expect(student.frozen.map(\.name) == ["fc.weight", "fc.bias"])
        #expect(student.borrowed == ["fc.weight", "fc.bias"])
        #expect(student.taps["map"] == teacher.taps["map"])
        let trained = started(teacher, seed: 1)
        var (parameters, buffers) = started(student, seed: 2)
        student.takeParts(of: trained, into: &parameters, &buffers)
        let fc = try #require(teacher.slots.first { $0.name == "fc.weight" })
        let own = try #require(student.slots.first { $0.name == "fc.weight" })
        #expect(parameters[own].values == trained.0[fc].values)
        // The vgg's classifier has another name, and keeps it.
        let vgg = try Model(
            ReusedClassifier(student: Self.net, teacher: VGG(depth: 8, width: 4)),
            input: [1, 32, 32], classes: 3)
        #expect(vgg.frozen.map(\.name) == ["classifier.weight", "classifier.bias"])
    }

    /// A student's map that is larger than its teacher's is averaged before the projector.
    @Test func aLargerMapIsAveraged() throws {
        let student = try Model(
            ReusedClassifier(
                student: ResNet(depth: 8, width: 2, stem: .small),
                teacher: ResNet(depth: 8, width: 4, stem: .imagenet)),
            input: [1, 32, 32], classes: 3)
        let teacher = try Model(
            ResNet(depth: 8, width: 4, stem: .imagenet), input: [1, 32, 32], classes: 3)
        #expect(student.taps["map"] == teacher.taps["map"])
    }

    @Test func whatHasNoLastMapIsRefused() {
        let refused: [(any Architecture, String)] = [
            (
                ResidualPair(student: MLP(hidden: [8]), assistant: Self.net),
                "the student does not classify by the global average of a map: take resnet, wrn,"
                    + " vgg, mobilenet or shufflenet"
            ),
            (
                ReusedClassifier(
                    student: ResNet(depth: 8, width: 2, hasExits: true), teacher: Self.net),
                "the model has early exits or branches, and only one classifier can be replaced;"
                    + " leave them out"
            ),
            (
                ResidualPair(student: Self.net, assistant: ResNet(depth: 8, width: 3)),
                "the student's last map is 8×2×2, the assistant's 12×2×2, and they are added: give"
                    + " both one width"
            ),
            (
                ReusedClassifier(student: Self.net, teacher: Self.net, factor: 9),
                "the classifier's map has 8 channels, too few for a factor of 9"
            ),
        ]
        for (architecture, message) in refused {
            let error = #expect(throws: SettingError.self) { try model(architecture) }
            #expect(error?.description == message)
        }
    }
}

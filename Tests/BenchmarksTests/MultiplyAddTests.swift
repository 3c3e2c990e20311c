import Benchmarks
import NeuralNetwork
import Options
import Testing

/// What a step's direct algorithm costs, counted from shapes.
@Suite struct MultiplyAddTests {
    private func problem(_ name: String, input: [Int]? = nil) throws -> BenchmarkProblem {
        try BenchmarkProblem(name, input: input, batch: 1)
    }

    /// In hundred thousands of multiply-adds, as the nets' papers and tables give them.
    @Test(
        arguments: [
            ("mlp", 5), ("lenet", 123), ("resnet8", 122), ("resnet20", 408), ("wrn-16-2", 1011),
            ("mobilenet", 165), ("transformer", 273), ("shufflenet", 450),
        ])
    func theForwardPassCostsWhatIsKnown(name: String, expected: Int) throws {
        let work = try problem(name).model.multiplyAdds
        #expect((Double(work.forward) / 1e5).rounded() == Double(expected))
    }

    /// In hundredths of 10⁹ multiply-adds for images of 224×224, as torchvision's table has them.
    @Test(arguments: [("resnet18", 181), ("resnet50", 409)])
    func netsForImageNetCostWhatTheirTableSays(name: String, expected: Int) throws {
        let work = try problem(name, input: [3, 224, 224]).model.multiplyAdds
        #expect((Double(work.forward) / 1e7).rounded() == Double(expected))
    }

    /// 784·512 + 512·256 + 256·10, twice, and again without the first layer's gradient in its
    /// input.
    @Test func anMLPIsCountedByHand() throws {
        let work = try problem("mlp").model.multiplyAdds
        #expect(work.forward == 401_408 + 131_072 + 2560)
        #expect(work.backward == 2 * work.forward - 401_408)
        #expect(work.total == work.forward + work.backward)
    }

    /// Each output element takes as many as a filter has weights; pixels need no gradient, tokens'
    /// embeddings do.
    @Test(arguments: Models.registry.names)
    func theBackwardPassCostsTwiceTheForwardButForTheInput(name: String) throws {
        let model = try problem(name, input: [1, 8, 8]).model
        let work = model.multiplyAdds
        let saved = 2 * work.forward - work.backward
        #expect(model.vocabulary == nil ? saved > 0 && saved < work.forward : saved == 0)
    }

    @Test func convolutionsAreCountedByHand() throws {
        let lenet = try problem("lenet", input: [1, 28, 28]).model.multiplyAdds
        let layers = [28 * 28 * 32 * 25, 14 * 14 * 64 * 32 * 25, 3136 * 512, 512 * 10]
        #expect(lenet.forward == layers.reduce(0, +))
        #expect(lenet.backward == 2 * layers.reduce(0, +) - layers[0])
    }
}

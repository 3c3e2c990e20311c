import Benchmarks
import NeuralNetwork
import Testing

/// How a step's time is divided, by counting.
@Suite(.timeLimit(.minutes(1)))
struct OperationBenchmarkTests {
    private func report(byShape: Bool) throws -> OperationReport {
        try BenchmarkProblem("resnet8", input: [1, 8, 8], batch: 2).measureOperations(
            Measurement(warmUp: 1, steps: 4, duration: .zero), byShape: byShape)
    }

    /// A ResNet-8 has seven 3×3 convolutions and two that change a shortcut's shape.
    @Test func operationsAreCountedForOneStep() throws {
        let report = try report(byShape: false)
        func calls(_ name: String) -> Double? { report.rows.first { $0.name == name }?.calls }
        #expect(calls("normalizedConvolution") == 9, "with its batch norm and ReLU")
        #expect(calls("relu") == nil)
        #expect(calls("linear") == 1)
        #expect(report.rows.suffix(2).map(\.name) == ["update", "rest"])
    }

    @Test(arguments: [false, true])
    func theirWorkIsTheModels(byShape: Bool) throws {
        let model = try BenchmarkProblem("resnet8", input: [1, 8, 8], batch: 1).model
        let rows = try report(byShape: byShape).rows
        let sum = rows.reduce(into: MultiplyAdds()) { $0 += $1.multiplyAdds }
        #expect(sum.forward == 2 * model.multiplyAdds.forward)
        #expect(sum.backward == 2 * model.multiplyAdds.backward)
    }

    @Test func shapesAreToldApartWhereThatIsAsked() throws {
        let rows = try report(byShape: true).rows.filter { $0.name == "normalizedConvolution" }
        func calls(_ images: [Int], _ weights: [Int]) -> [Double] {
            rows.filter { $0.operands?.prefix(2) == [images, weights] }.map(\.calls)
        }
        #expect(rows.count == 9)
        #expect(calls([2, 1, 8, 8], [16, 1, 3, 3]) == [1])
        #expect(calls([2, 16, 8, 8], [16, 16, 3, 3]) == [1, 1], "without and with a residual")
    }

    @Test func theSharesMakeTheStep() throws {
        let report = try report(byShape: false)
        let sum = report.rows.reduce(0) { $0 + $1.seconds }
        #expect(sum >= report.step * 0.999)
    }
}

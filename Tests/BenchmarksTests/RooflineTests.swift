import Benchmarks
import NeuralNetwork
import Testing

/// How close operations come to what processor and memory can do, counted by hand.
@Suite struct RooflineTests {
    /// A meter that has seen a linear layer of 3 numbers to 5 on 2 samples that need no gradient,
    /// and the sum of its results under another shape.
    private func meter() -> OperationMeter {
        let (tape, meter) = (Tape(), OperationMeter())
        tape.meter = meter
        let weights = tape.leaf(Tensor(repeating: 0.5, shape: [5, 3]))
        let bias = tape.leaf(Tensor(repeating: 1, shape: [5]))
        let inputs = Variable(Tensor(repeating: 2, shape: [2, 3]))
        let loss = inputs.linear(weights, bias: bias).reshaped([10]).sum()
        tape.backward(from: loss)
        return meter
    }

    @Test func numbersAreCountedOncePerPass() throws {
        let entries = meter().entries
        let linear = try #require(entries.first { $0.name == "linear" })
        #expect(linear.numbers.forward == 6 + 15 + 5 + 10)
        #expect(linear.numbers.backward == linear.numbers.forward + 15 + 5)
        let sum = try #require(entries.first { $0.name == "sum" })
        #expect(sum.numbers == MovedNumbers(forward: 10 + 1, backward: 10 + 1 + 10))
    }

    @Test func whatOnlySeesMemoryOtherwiseMovesNothing() throws {
        let view = try #require(meter().entries.first { $0.name == "reshaped" })
        #expect(view.numbers == MovedNumbers())
    }

    @Test func stepsMoveAsMuchHoweverRowsAreTold() throws {
        let problem = try BenchmarkProblem("resnet8", input: [1, 8, 8], batch: 2)
        let totals = [false, true].map { byShape in
            problem.measureOperations(
                Measurement(warmUp: 1, steps: 2, duration: .zero), byShape: byShape
            ).rows.reduce(0) { $0 + $1.numbers.total }
        }
        #expect(totals[0] > 0 && totals[0] == totals[1])
    }

    private func row(
        _ name: String, seconds: Double, multiplyAdds: Int, numbers: Int
    ) -> OperationReport.Row {
        OperationReport.Row(
            name: name, operands: nil, calls: 1, forward: seconds, backward: 0,
            multiplyAdds: MultiplyAdds(forward: multiplyAdds),
            numbers: MovedNumbers(forward: numbers))
    }

    /// 100 GFLOP/s and 10 GB/s: 10⁹ operations take 10 ms, and 10⁷ numbers 4 ms.
    @Test func theRoofIsTheSlowerOfProcessorAndMemory() {
        let roof = Roofline(rate: 100e9, bandwidth: 10e9)
        #expect(roof.ridge == 10)
        let product = row("product", seconds: 0.02, multiplyAdds: 500_000_000, numbers: 10_000_000)
        #expect(abs(roof.leastSeconds(of: product) - 0.01) < 1e-12)
        let sum = row("sum", seconds: 0.005, multiplyAdds: 0, numbers: 10_000_000)
        #expect(abs(roof.leastSeconds(of: sum) - 0.004) < 1e-12)
        let other = row("rest", seconds: 0.005, multiplyAdds: 0, numbers: 0)

        let text = roof.text(of: OperationReport(rows: [product, sum, other], step: 0.03))
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
        #expect(
            lines[1] == [
                "product", "20.00", "66.7%", "25.0", "50.0", "50.0%", "2.0", "20.0%", "10.00",
                "processor",
            ])
        #expect(
            lines[2] == ["sum", "5.00", "16.7%", "-", "-", "-", "8.0", "80.0%", "4.00", "memory"])
        #expect(lines[3] == ["rest", "5.00", "16.7%", "-", "-", "-", "-", "-", "-", "-"])
        #expect(text.contains("14.00 ms of the 25.00 ms that they take (56.0%)"))
    }

    @Test func theBandwidthIsTheBestOfSeveralSums() {
        let bandwidth = Ceiling.bandwidth(count: 1 << 12, sums: 2)
        #expect(bandwidth > 0 && bandwidth.isFinite)
    }
}

import Bytes
import Kernels
import NeuralNetwork
import Options

/// How long a batch takes that is classified: by a model of floats, and by the same model with
/// quantised layers that multiply integers.
public struct PredictionReport: Sendable {
    /// The samples of a batch.
    public var batch: Int
    /// Seconds for a batch, of floats.
    public var floats: Double
    /// Seconds for a batch, of integers.
    public var integers: Double
    /// The largest difference of the logits of integers and of floats at the same levels, as a
    /// share of the largest logit.
    public var difference: Double
    /// What the weights take on disk.
    public var sizes: FileSizes

    /// A table for people.
    public var text: String {
        func samples(_ seconds: Double) -> String { "\(Int((Double(batch) / seconds).rounded()))" }
        return """
            floats    \(rounded(floats * 1000, 3)) ms a batch of \(batch), \(samples(floats)) samples/s
            integers  \(rounded(integers * 1000, 3)) ms, \(samples(integers)) samples/s
            \(rounded(floats / integers, 2)) times as fast; logits differ from those of quantised floats\
             by \(rounded(difference * 100, 2)) % at most
            weights on disk: \(sizes.inWords)

            """
    }

    private func rounded(_ value: Double, _ places: Int) -> String {
        let unit = (0..<places).reduce(1.0) { unit, _ in unit * 10 }
        return "\((value * unit).rounded() / unit)"
    }
}

extension BenchmarkProblem {
    /// Measures both, in turn, on the threads that the kernels are given now. The middle time of
    /// each counts.
    ///
    /// - Throws: ``SettingError`` where the model cannot be quantised.
    public func measurePrediction(
        _ measurement: Measurement, _ quantization: Quantization
    ) throws(SettingError) -> PredictionReport {
        let quantized = try Model(
            Models.make(name, options: options), input: model.input, classes: model.classes,
            quantization: quantization)
        guard let sizes = quantized.fileSizes else { preconditionFailure("it is quantised") }
        let state = Self.started(quantized, inputs)
        let integers = quantized.withIntegerLayers(state.parameters, state.buffers)
        let floats = Self.started(model, inputs)
        let run = { (model: Model, parameters: Parameters, buffers: Buffers) in
            let pass = ForwardPass(
                .evaluation, parameters: parameters, buffers: buffers, key: Self.key)
            return model.network(Variable(inputs), pass).value
        }
        var (ofFloats, ofIntegers): ([Double], [Double]) = ([], [])
        _ = measurement.times {
            let clock = ContinuousClock()
            ofFloats.append(
                clock.measure { _ = run(model, floats.parameters, floats.buffers) }
                    / .seconds(1))
            ofIntegers.append(
                clock.measure { _ = run(integers, state.parameters, state.buffers) }
                    / .seconds(1))
        } warm: {
            (ofFloats, ofIntegers) = ([], [])
        }
        let expected = run(quantized, state.parameters, state.buffers).values
        let found = run(integers, state.parameters, state.buffers).values
        let worst = zip(found, expected).map { abs($0 - $1) }.max() ?? 0
        return PredictionReport(
            batch: batch, floats: median(ofFloats), integers: median(ofIntegers),
            difference: Double(worst / max(expected.map(abs).max() ?? 0, .leastNormalMagnitude)),
            sizes: sizes)
    }

    /// The state of a model whose scales a batch has started.
    private static func started(
        _ model: Model, _ inputs: Tensor
    ) -> (parameters: Parameters, buffers: Buffers) {
        var parameters = model.initialParameters(key: key)
        let pass = ForwardPass(
            .training, parameters: parameters, buffers: model.initialBuffers, key: key)
        _ = model.network(Variable(inputs), pass)
        for (number, value) in pass.started { parameters[parameters.slots[number]] = value }
        return (parameters, pass.buffers)
    }
}

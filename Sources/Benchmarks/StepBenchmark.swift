import Kernels
import Limits

/// The speed of a training step: one object of JSON.
public struct StepReport: Hashable, Sendable, Codable {
    /// The model's name.
    public var model: String
    /// The samples of a step.
    public var batch: Int
    /// The threads that it was measured on.
    public var threads: Int
    /// The number of the model's parameters.
    public var parameters: Int
    /// The multiply-adds of one image's forward pass.
    public var multiplyAdds: Int
    /// How many steps were counted.
    public var steps: Int
    /// The median of them, in milliseconds.
    public var milliseconds: Double
    /// The samples per second at that time.
    public var imagesPerSecond: Double
    /// 10⁹ floating-point operations per second of the direct algorithm.
    public var gflops: Double
    /// The same in per cent of sgemm's rate, measured after the steps.
    public var ceilingPercent: Double
    /// The most physical memory of the process until the steps were over.
    public var peakMemoryBytes: Int
    /// How often a step asked the system for tensor memory.
    public var allocationsPerStep: Double
    /// The processor for which OpenBLAS chose its kernels.
    public var openBLASCore: String

    private enum CodingKeys: String, CodingKey {
        case model, batch, threads, parameters, steps, gflops
        case multiplyAdds = "multiply_adds"
        case milliseconds = "step_ms"
        case imagesPerSecond = "images_per_second"
        case ceilingPercent = "ceiling_percent"
        case peakMemoryBytes = "peak_memory_bytes"
        case allocationsPerStep = "allocations_per_step"
        case openBLASCore = "openblas_core"
    }
}

extension BenchmarkProblem {
    /// Measures training steps, on the threads that the kernels are given now.
    ///
    /// - Parameter ceiling: measures sgemm's rate, after the steps: its matrices do not count for
    ///   the peak of memory.
    /// - Throws: ``MissingOpenBLAS`` where this host lacks it.
    public func measureStep(
        _ measurement: Measurement, ceiling: () throws -> Double = { try Ceiling.rate() }
    ) throws -> StepReport {
        var trainee = Trainee(self)
        var allocations = 0
        let times = measurement.times {
            trainee.step()
        } warm: {
            allocations = Floats.systemAllocations
        }
        allocations = Floats.systemAllocations - allocations
        let (seconds, peak) = (median(times), ResidentMemory.peak() ?? 0)
        let work = model.multiplyAdds
        let rate = 2 * Double(work.total * batch) / seconds
        return StepReport(
            model: name, batch: batch, threads: Parallel.threads,
            parameters: model.parameterCount, multiplyAdds: work.forward, steps: times.count,
            milliseconds: seconds * 1000, imagesPerSecond: Double(batch) / seconds,
            gflops: rate / 1e9, ceilingPercent: 100 * rate / (try ceiling()), peakMemoryBytes: peak,
            allocationsPerStep: Double(allocations) / Double(times.count),
            openBLASCore: try Ceiling.core())
    }
}

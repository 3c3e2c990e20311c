import ArgumentParser
import Benchmarks
import Experiment
import Kernels
import Options

/// The model that is measured, and the shape of its input.
struct BenchArguments: ParsableArguments {
    @Option(
        help: "The model's name; `cohort list models` has them all.",
        completion: .list(Completions.names(of: .models)))
    var model: String

    @Option(help: "An option of the model, KEY=VALUE; can be given several times.")
    var options: [String] = []

    @Option(help: "Samples of a step.")
    var batch = 128

    @Option(help: "The input's extents CxHxW, such as 3x32x32; by default what suits the model.")
    var input: String?

    @Option(help: "How many classes there are.")
    var classes = 10

    func validate() throws {
        guard batch >= 1 else { throw ValidationError("--batch is at least 1") }
        guard classes >= 2 else { throw ValidationError("--classes is at least 2") }
        if let input, BenchmarkProblem.inputShape(input) == nil {
            throw ValidationError("--input is CxHxW, such as 3x32x32, not '\(input)'")
        }
    }

    /// The problem that the arguments describe.
    ///
    /// - Throws: ``SettingError`` for a model that cannot be made.
    func problem() throws -> BenchmarkProblem {
        var settings = Setting(unwritten: .map([]))
        for text in options { settings = try Override(text).applied(to: settings) }
        return try BenchmarkProblem(
            model, options: settings, input: input.flatMap(BenchmarkProblem.inputShape),
            classes: classes, batch: batch)
    }
}

/// How long a benchmark measures, and on how many threads.
struct BenchMeasurement: ParsableArguments {
    @Option(help: "Threads to compute on.")
    var threads = 1

    @Option(help: "Steps to take before any is counted.")
    var warmUp = 3

    @Option(help: "The fewest steps to count.")
    var steps = 10

    @Option(help: "The shortest time to count steps over.")
    var seconds = 3.0

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
        guard warmUp >= 0 else { throw ValidationError("--warm-up is not negative") }
        guard steps >= 1 else { throw ValidationError("--steps is at least 1") }
        guard seconds >= 0 else { throw ValidationError("--seconds is not negative") }
    }

    /// Calls `measure` with the kernels on the threads asked for.
    func run<Report>(_ measure: (Measurement) throws -> Report) rethrows -> Report {
        try Parallel.withThreads(threads) {
            try measure(Measurement(warmUp: warmUp, steps: steps, duration: .seconds(seconds)))
        }
    }
}

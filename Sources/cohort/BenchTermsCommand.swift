import ArgumentParser
import Benchmarks

/// `cohort bench terms`: what each loss and combination costs a step.
struct BenchTermsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "terms",
        abstract: "Measure a step of every loss and every combination of teachers by itself.",
        discussion: """
            A step is the student's summary, the loss, and the gradients in the student's \
            activations and in what the loss or the combination learns, on one random batch: ten \
            classes, and images of 8×8×8 at every tap. Combinations are of three teachers, from \
            summaries that are there, by `kd`, or by `okddip` where they ask for logits with \
            features. In its steady state a step asks the system for no tensor memory.

            Examples:
              cohort bench terms --batch 4 --steps 1 --seconds 0.001
            """)

    @Option(help: "Samples of a step.")
    var batch = 64

    @OptionGroup var measurement: BenchMeasurement

    @Flag(help: "Print an array of JSON.")
    var json = false

    func validate() throws {
        guard batch >= 4 else { throw ValidationError("--batch is at least 4") }
    }

    func run() async throws {
        try await reportingFailure {
            let found = measurement.run { measurement in
                Result { try TermBenchmark(batch: batch).measure(measurement) }
            }
            let reports = try found.get()
            try printResult(json ? reports.json : reports.text)
        }
    }
}

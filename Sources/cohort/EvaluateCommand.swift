import ArgumentParser
import Experiment
import Foundation
import Kernels
import Limits
import Reporting

/// `cohort evaluate`: scores weights on held-out samples.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score the learners of a run, and their ensemble, on held-out samples.",
        discussion: """
            RUN is a run directory, such as runs/digits-private/latest. Each learner's newest \
            weights are scored, or with --weights a file that this program or PyTorch wrote.

            Examples:
              cohort evaluate runs/digits-private/latest
              cohort evaluate runs/digits-private/latest --learner a --split validation
            """)

    @Argument(help: "The run directory.", completion: .runs)
    var run: String

    @Option(help: "Only this learner; all by default.")
    var learner: String?

    @Option(help: "A model.safetensors in place of the run's own; needs --learner.")
    var weights: String?

    @Option(help: "Which samples: test or validation.")
    var split = RunScores.Split.test

    @Option(help: "Threads to compute on.")
    var threads: Int = ProcessorAllowance().threads

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
        guard weights == nil || learner != nil else {
            throw ValidationError("--weights needs the --learner whose model they are of")
        }
    }

    func run() async throws {
        try await reportingFailure {
            try Parallel.withThreads(threads) {
                let scores = try RunScores(
                    of: RunDirectory(path: run), learner: learner, weights: weights, on: split)
                try printResult(scores.text)
            }
        }
    }
}

extension RunScores.Split: ExpressibleByArgument {}

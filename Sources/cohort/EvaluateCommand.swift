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

            ECE is the expected calibration error: by how much the probability of the class that \
            a sample is named differs from the share that is right, in the mean over 15 bins. F1 \
            is the mean over the classes; top-5 the share of samples whose class is among the \
            five most probable ones.

            Examples:
              cohort evaluate runs/digits-private/latest
              cohort evaluate runs/digits-private/latest --learner a --split validation
              cohort evaluate runs/digits-private/latest --classes
              cohort evaluate runs/digits-private/latest --format json
            """)

    @Argument(help: "The run directory.", completion: .runs)
    var run: String

    @Option(help: "Only this learner; all by default.")
    var learner: String?

    @Option(help: "A model.safetensors in place of the run's own; needs --learner.")
    var weights: String?

    @Option(help: "Which samples: test or validation.")
    var split = RunScores.Split.test

    @Option(
        help: """
            text, or json: one object, with the accuracy of each class, the bins of confidence and \
            the confusion matrix.
            """)
    var format = Format.text

    @Flag(help: "Also the accuracy on the samples of each class, in the text.")
    var classes = false

    @Option(help: "Threads to compute on.")
    var threads: Int = ProcessorAllowance().threads

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
        guard !classes || format == .text else {
            throw ValidationError(
                "--classes adds to the text: --format json has the accuracy of each class anyway")
        }
        guard weights == nil || learner != nil else {
            throw ValidationError("--weights needs the --learner whose model they are of")
        }
    }

    func run() async throws {
        try await reportingFailure {
            try Parallel.withThreads(threads) {
                let scores = try RunScores(
                    of: RunDirectory(path: run), learner: learner, weights: weights, on: split)
                try printResult(format == .json ? scores.json : scores.text + classText(scores))
            }
        }
    }

    private func classText(_ scores: RunScores) -> String {
        guard classes else { return "" }
        return "\n"
            + (scores.classText
                ?? "No accuracies of classes: the models predict text, or tell more than"
                + " \(ClassScores.mostClasses) classes.\n")
    }
}

extension EvaluateCommand {
    /// How scores are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }
}

extension RunScores.Split: ExpressibleByArgument {}

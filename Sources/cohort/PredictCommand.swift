import ArgumentParser
import Experiment
import Foundation
import Kernels
import Limits
import NeuralNetwork
import Reporting

/// `cohort predict`: classifies new samples.
struct PredictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Classify images, rows or texts by a learner of a run, or by its ensemble.",
        discussion: """
            RUN/LEARNER is a run directory and a learner's name, such as \
            runs/digits-private/latest/a, whose newest weights classify; with --ensemble it is the \
            run directory alone, or the learner whose kept checkpoints classify together. Files are read as the run's own data are, and need no labels.

            Examples:
              cohort predict runs/digits-private/latest/a digit.png
              cohort predict runs/digits-private/latest digits/ --ensemble --format json
            """)

    @Argument(
        help: "The run directory and the learner, RUN/LEARNER; or RUN with --ensemble.",
        completion: .runLearners)
    var learner: String

    @Argument(
        help: "Pictures, tables, texts or arrays, or folders of them; - for lines of text.",
        completion: .file())
    var files: [String]

    @Flag(
        help: """
            Classify by the mean of the probabilities of all learners with weights in RUN, or of all \
            checkpoints that RUN/LEARNER keeps.
            """)
    var ensemble = false

    @Option(help: "Classify by this early exit, 1 the shallowest, or by the 'mean' of all.")
    var exit: ModelOutput?

    @Flag(help: "Classify by the moving average of the weights, of a learner that stores one.")
    var average = false

    @Flag(help: "Classify by the weights of the best evaluation, of a learner that keeps them.")
    var best = false

    @Option(help: "How to write the predictions: table or json.")
    var format = Predictions.Format.table

    @Option(help: "Classes of each sample; 3 in a table and all in JSON by default.")
    var top: Int?

    @Option(help: "Write to this file in place of standard output.", completion: .file())
    var output: String?

    @Option(help: "Threads to compute on.")
    var threads: Int = ProcessorAllowance().threads

    func validate() throws {
        guard exit == nil && !average && !best || !ensemble else {
            throw ValidationError(
                "--exit, --average and --best are of one learner; leave out --ensemble")
        }
        guard KeptWeights(average: average, best: best) != nil else {
            throw ValidationError("--average and --best name different weights; leave one out")
        }
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
        guard top.map({ $0 >= 1 }) ?? true else { throw ValidationError("--top is at least 1") }
    }

    func run() async throws {
        try await reportingFailure {
            let predictions = try Parallel.withThreads(threads) { try classified() }
            for remark in predictions.remarks { printNotice(remark) }
            let text = try predictions.text(format, top: top)
            if let output {
                try Predictions.write(text, to: output)
                printNotice("wrote \(output)")
            } else {
                try printResult(text)
            }
            if format == .json || output != nil, let accuracy = predictions.accuracy {
                printNotice(accuracy)
            }
        }
    }

    private func classified() throws -> Predictions {
        let run = RunDirectory(path: learner)
        if ensemble, FileManager.default.fileExists(atPath: run.configuration) {
            return try Predictions(of: run, by: .ensemble, files)
        }
        let reference = try LearnerReference(learner)
        guard !ensemble else {
            return try Predictions(
                of: reference.run, by: .snapshots(of: reference.learner), files)
        }
        let classifier = Predictions.Classifier.learner(
            reference.learner, exit ?? .last,
            KeptWeights(average: average, best: best) ?? .newest)
        return try Predictions(of: reference.run, by: classifier, files)
    }
}

extension Predictions.Format: ExpressibleByArgument {}

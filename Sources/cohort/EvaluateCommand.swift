import ArgumentParser
import Bytes
import Experiment
import Foundation
import Kernels
import NeuralNetwork
import Options
import Reporting
import Training

/// `cohort evaluate`: how good weights are.
struct EvaluateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score the learners of a run, and their ensemble, on held-out samples.",
        discussion: """
            RUN is a run directory, such as runs/digits-private/latest. Each learner's newest weights \
            are scored, or with --weights a file that this program or PyTorch wrote.
            """)

    enum Split: String, CaseIterable, ExpressibleByArgument {
        case test, validation
    }

    @Argument(help: "The run directory.", completion: .directory)
    var run: String

    @Option(help: "Only this learner; all by default.")
    var learner: String?

    @Option(help: "A model.safetensors in place of the run's own; needs --learner.")
    var weights: String?

    @Option(help: "Which samples: test or validation.")
    var split = Split.test

    @Option(help: "Threads to compute on.")
    var threads: Int = ProcessInfo.processInfo.activeProcessorCount

    func validate() throws {
        guard threads >= 1 else { throw ValidationError("--threads is at least 1") }
        guard weights == nil || learner != nil else {
            throw ValidationError("--weights needs the --learner whose model they are of")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let directory = RunDirectory(path: run)
            let configuration = try ExperimentConfiguration.load(
                directory.configuration, rooms: .all)
            let assembler = try Assembler(configuration)
            try Parallel.withThreads(threads) {
                let scored = try names(of: configuration).map { name in
                    try score(name, assembler, in: directory)
                }
                try report(scored)
            }
        }
    }

    private func names(of configuration: ExperimentConfiguration) throws -> [String] {
        let known = configuration.learners.map(\.name)
        guard let learner else {
            return configuration.learners.filter { !$0.isExternal && $0.source == nil }.map(\.name)
        }
        guard known.contains(learner) else {
            throw SettingError(
                "unknown learner '\(learner)': \(nearest(to: learner, among: known))")
        }
        return [learner]
    }

    private struct Score {
        var name: String
        var logits: Tensor
        var labels: [Int]
        var evaluation: Evaluation
    }

    private func score(
        _ name: String, _ assembler: Assembler, in directory: RunDirectory
    ) throws -> Score {
        let assembly = try assembler.assembly(of: name, as: .alone)
        let learner = directory.learner(name)
        let given = weights ?? learner.latestCheckpoint?.model
        guard let path = given ?? assembler.configuration[name]?.weights else {
            throw DiskError(
                "read", learner.checkpoints, "there are no weights of '\(name)' yet",
                exitCode: .missingFile)
        }
        let state = try WeightsFile(path, of: name).state(of: assembly.model)
        let data = split == .test ? assembly.data.test : assembly.data.validation
        guard let data else {
            throw SettingError("the run keeps no validation samples; set data.validation")
        }
        let logits = assembly.model.logits(
            of: data.batches, parameters: state.parameters, buffers: state.buffers)
        return Score(
            name: name, logits: logits, labels: data.labels,
            evaluation: Evaluation(logits: logits, labels: data.labels))
    }

    private func report(_ scores: [Score]) throws {
        var rows = [["learner", "accuracy", "NLL"]]
        for score in scores {
            rows.append([score.name] + cells(score.evaluation))
        }
        if scores.count > 1 {
            let ensemble = Evaluation(
                ensemble: scores.map(\.logits), labels: scores[0].labels)
            rows.append(["ensemble"] + cells(ensemble))
        }
        try show(TextTable(rows: rows, wordColumns: 1).text)
    }

    private func cells(_ evaluation: Evaluation) -> [String] {
        [
            String(format: "%.2f%%", evaluation.accuracy * 100),
            String(format: "%.4f", evaluation.negativeLogLikelihood),
        ]
    }
}

import Bytes
import Foundation
import NeuralNetwork
import Options
import Reporting
import Training

/// The scores of a run's learners, and of their ensemble, on held-out samples.
public struct RunScores: Sendable {
    /// Held-out samples.
    public enum Split: String, CaseIterable, Sendable {
        case test, validation
    }

    private struct Score {
        var name: String
        var logits: Tensor
        var labels: [Int]
        var evaluation: Evaluation
    }

    private var scores: [Score]

    /// Computes the scores.
    ///
    /// - Parameters:
    ///   - run: the run directory.
    ///   - learner: the only learner to score; nil for all.
    ///   - weights: a safetensors file in place of the run's own weights.
    /// - Throws: ``SettingError`` for an unknown learner and for missing validation samples,
    ///   ``DiskError`` (66) where there are no weights.
    public init(
        of run: RunDirectory, learner: String? = nil, weights: String? = nil, on split: Split
    ) throws {
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        scores = try configuration.scoredLearners(learner).map { name in
            try Self.score(name, assembler, in: run, weights: weights, on: split)
        }
    }

    private static func score(
        _ name: String, _ assembler: Assembler, in run: RunDirectory, weights: String?,
        on split: Split
    ) throws -> Score {
        let assembly = try assembler.assembly(of: name, as: .alone)
        let trained =
            try weights.map(TrainedWeights.init(file:))
            ?? TrainedWeights(of: assembler.learner(name), in: run)
        let state = try trained.loaded(
            for: assembly.model, normalization: assembly.data.normalization, of: name)
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

    /// The share of samples that a learner names right; nil for one that was not scored.
    public func accuracy(of learner: String) -> Double? {
        scores.first { $0.name == learner }?.evaluation.accuracy
    }

    /// A table with the accuracy and the negative log likelihood of each, and of the ensemble where
    /// there are several.
    public var text: String {
        var rows = [["learner", "accuracy", "NLL"]]
        for score in scores {
            rows.append([score.name] + Self.cells(score.evaluation))
        }
        if scores.count > 1 {
            let ensemble = Evaluation(ensemble: scores.map(\.logits), labels: scores[0].labels)
            rows.append(["ensemble"] + Self.cells(ensemble))
        }
        return TextTable(rows: rows, wordColumns: 1).text
    }

    private static func cells(_ evaluation: Evaluation) -> [String] {
        [
            String(format: "%.2f%%", evaluation.accuracy * 100),
            String(format: "%.4f", evaluation.negativeLogLikelihood),
        ]
    }
}

extension ExperimentConfiguration {
    /// The learners to score: one, or all that launchers start, a teacher once however many nodes
    /// share its load.
    fileprivate func scoredLearners(_ name: String?) throws(SettingError) -> [String] {
        guard let name else { return startedLearners.filter { self[$0]?.original == nil } }
        let known = learners.map(\.name)
        guard known.contains(name) else {
            throw SettingError("unknown learner '\(name)': \(nearest(to: name, among: known))")
        }
        return [name]
    }
}

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
        /// Nil where they are too many to be kept.
        var logits: Tensor?
        var labels: [Int]
        /// The names of its early exits, from the shallowest on.
        var exits: [String]
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
        var assembly = try assembler.assembly(of: name, as: .alone)
        // Alone it has no part of another learner's model.
        if let model = try assembler.model(of: assembler.learner(name)) { assembly.model = model }
        // The tasks that its teachers met count too, as in its training.
        assembly.tasks = try assembler.tasks(
            of: assembler.learner(name), taughtBy: assembler.configuration.graph.teachers(of: name))
        let trained =
            try weights.map(TrainedWeights.init(file:))
            ?? TrainedWeights(of: assembler.learner(name), in: run)
        let state = try trained.loaded(
            for: assembly.model, normalization: assembly.data.normalization, of: name)
        let data = split == .test ? assembly.data.test : assembly.data.validation
        guard let data else {
            throw SettingError("the run keeps no validation samples; set data.validation")
        }
        var (logits, evaluation) = assembly.evaluation(
            of: data, parameters: state.parameters, buffers: state.buffers, after: trained.step)
        if weights == nil {
            evaluation.averages = try stored(by: name, assembler, assembly, in: run, on: data)
        }
        return Score(
            name: name, logits: logits, labels: data.labels, exits: assembly.model.exits,
            evaluation: evaluation)
    }

    /// The share of samples that a learner names right; nil for one that was not scored.
    public func accuracy(of learner: String) -> Double? {
        scores.first { $0.name == learner }?.evaluation.accuracy
    }

    /// The scores of the versions of its weights that a learner stores, by name; nil for one that
    /// stores none.
    private static func stored(
        by name: String, _ assembler: Assembler, _ assembly: LearnerAssembly,
        in run: RunDirectory, on data: HeldOutData
    ) throws -> [String: Evaluation]? {
        let versions = assembler.configuration.scoredVersions(of: name)
        guard !versions.isEmpty else { return nil }
        var found: [String: Evaluation] = [:]
        for version in versions {
            let trained: TrainedWeights
            do {
                trained = try TrainedWeights(
                    of: assembler.learner(name), in: run, version: version)
            } catch let error as DiskError
                where version == .best && error.exitCode == .missingFile
            {
                continue
            }
            let weights = try trained.loaded(
                for: assembly.model, normalization: assembly.data.normalization, of: name)
            found[version.suffix ?? ""] =
                assembly.evaluation(
                    of: data, parameters: weights.parameters, buffers: weights.buffers,
                    after: trained.step
                ).evaluation
        }
        return found
    }

    /// A table with the accuracy and the negative log likelihood of each, and of the ensemble where
    /// there are several.
    public var text: String {
        let predictText = scores.contains { $0.evaluation.text != nil }
        var rows = [
            ["learner", "accuracy", "NLL"] + (predictText ? ["perplexity", "bits/byte"] : [])
        ]
        for score in scores {
            rows.append([score.name] + Self.cells(score.evaluation))
            rows += Self.exits(of: score) + Self.averages(of: score)
        }
        let logits = scores.compactMap(\.logits)
        if scores.count > 1, logits.count == scores.count {
            let ensemble = Evaluation(ensemble: logits, labels: scores[0].labels)
            rows.append(
                ["ensemble"] + Self.cells(ensemble) + (predictText ? ["", ""] : []))
        }
        return TextTable(rows: rows, wordColumns: 1).text
    }

    /// A row for each early exit, and one for their mean.
    private static func exits(of score: Score) -> [[String]] {
        guard let found = score.evaluation.exits else { return [] }
        return (score.exits + [ModelOutput.meanName]).compactMap { exit in
            found[exit].map { ["\(score.name):\(exit)"] + cells($0) }
        }
    }

    /// A row for each version of the weights beside the newest.
    private static func averages(of score: Score) -> [[String]] {
        (score.evaluation.averages ?? [:]).sorted { $0.key < $1.key }
            .map { ["\(score.name):\($0.key)"] + cells($0.value) }
    }

    private static func cells(_ evaluation: Evaluation) -> [String] {
        [
            String(format: "%.2f%%", evaluation.accuracy * 100),
            String(format: "%.4f", evaluation.negativeLogLikelihood),
        ]
            + (evaluation.text.map {
                [String(format: "%.3f", $0.perplexity), String(format: "%.4f", $0.bitsPerByte)]
            } ?? [])
    }
}

extension ExperimentConfiguration {
    /// The learners to score: one, or all that launchers start, a teacher once however many nodes
    /// share its load.
    fileprivate func scoredLearners(_ name: String?) throws(SettingError) -> [String] {
        guard let name else {
            return startedLearners.filter {
                self[$0]?.original == nil && self[$0]?.role.classifies == true
            }
        }
        let known = learners.map(\.name)
        guard known.contains(name) else {
            throw SettingError("unknown learner '\(name)': \(nearest(to: name, among: known))")
        }
        try self[name]?.requireClassifier()
        return [name]
    }
}

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

    /// How good a learner is.
    struct Score {
        var name: String
        /// Nil where they are too many to be kept.
        var logits: Tensor?
        var labels: [Int]
        /// The names of its early exits, from the shallowest on.
        var exits: [String]
        var evaluation: Evaluation
        /// Nil for a model that predicts text.
        var classes: ClassScores?
    }

    /// Which samples were scored.
    let split: Split
    let scores: [Score]
    /// That of the mean of all probabilities; nil where there is one learner, or answers are not
    /// kept.
    let ensemble: Score?
    /// The names of the classes; none for models that predict text.
    let classes: [String]

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
        self.split = split
        scores = try configuration.scoredLearners(learner).map { name in
            try Self.score(name, assembler, in: run, weights: weights, on: split)
        }
        ensemble = Self.ensemble(of: scores)
        let tellClasses = scores.contains { $0.classes != nil }
        classes = tellClasses ? assembler.samples.corpus.allClassNames : []
    }

    private static func ensemble(of scores: [Score]) -> Score? {
        let logits = scores.compactMap(\.logits)
        guard scores.count > 1, logits.count == scores.count else { return nil }
        let answers = ClassAnswers(ensemble: logits)
        let labels = scores[0].labels
        let tellClasses = scores.allSatisfy { $0.evaluation.text == nil }
        return Score(
            name: "ensemble", logits: answers.logits, labels: labels, exits: [],
            evaluation: Evaluation(answers, labels: labels),
            classes: tellClasses ? ClassScores(answers, labels) : nil)
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
        var (answers, evaluation) = assembly.evaluation(
            of: data, parameters: state.parameters, buffers: state.buffers, after: trained.step)
        if weights == nil {
            evaluation.averages = try stored(by: name, assembler, assembly, in: run, on: data)
        }
        return Score(
            name: name, logits: answers?.logits, labels: data.labels,
            exits: assembly.model.exits, evaluation: evaluation, classes: answers?.scores)
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

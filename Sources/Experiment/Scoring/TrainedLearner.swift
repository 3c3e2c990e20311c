import Bytes
import Datasets
import NeuralNetwork
import Options
import Reporting
import Training

/// A learner of a run with the weights that it has now.
struct TrainedLearner {
    /// Why a learner cannot be computed here.
    struct Unknown: ExitCodeError, CustomStringConvertible {
        let description: String
        var exitCode: ExitCode { .configuration }
    }

    let name: String
    /// The view of the samples that it sees; nil for the default view.
    let view: String?
    private let model: Model
    private let weights: LoadedWeights
    private let normalization: Normalization
    /// Which of the model's classifiers answers.
    private let output: ModelOutput

    /// Loads the newest weights.
    ///
    /// - Parameters:
    ///   - output: which of the model's classifiers answers.
    ///   - kept: which of its weights answer.
    /// - Throws: ``Unknown`` (78) for a learner without a model, ``DiskError`` (66) where it has no
    ///   weights yet, ``SafeTensorsError`` for damaged ones, ``SettingError`` where they were
    ///   trained on pixels that are normalized otherwise, or the model has no such output.
    init(
        _ options: LearnerOptions, _ assembler: Assembler, in run: RunDirectory,
        output: ModelOutput = .last, kept: KeptWeights = .newest
    ) throws {
        let version = try assembler.configuration.version(of: options.name, kept)
        try self.init(options, assembler, output: output) {
            try TrainedWeights(of: options, in: run, version: version)
        }
    }

    /// The learner as of each checkpoint that it keeps, from the oldest on.
    ///
    /// - Throws: as the newest weights do.
    static func snapshots(
        _ options: LearnerOptions, _ assembler: Assembler, in run: RunDirectory
    ) throws -> [TrainedLearner] {
        try TrainedWeights.kept(by: options, in: run).map { trained in
            try TrainedLearner(options, assembler, output: .last) { trained }
        }
    }

    private init(
        _ options: LearnerOptions, _ assembler: Assembler, output: ModelOutput,
        _ trained: () throws -> TrainedWeights
    ) throws {
        try options.requireClassifier()
        guard let model = try assembler.model(of: options) else {
            throw Unknown(
                description: "learner '\(options.name)' brings its own model, which is not known"
                    + " here")
        }
        try model.require(output, of: options.name)
        (name, view) = (options.name, options.view)
        self.output = output
        normalization = try assembler.samples.normalization(of: options)
        weights = try trained().loaded(
            for: model, normalization: normalization, of: options.name)
        self.model = model.withIntegerLayers(weights.parameters, weights.buffers)
    }

    /// New samples as the learner sees them; an error names its view.
    func newSamples(
        in files: [String], of corpus: Corpus
    ) throws(DatasetError) -> NewSamples {
        do throws(DatasetError) { return try corpus.newSamples(in: files, view: view) } catch {
            guard let view else { throw error }
            throw DatasetError(error.kind, "view '\(view)' of '\(name)': \(error)")
        }
    }

    /// How many rows of logits each sample has.
    var rowsPerSample: Int { model.rowsPerSample }

    /// Continues sequences of tokens; see ``Model/continuations(of:by:_:_:choice:key:next:)``.
    func continuations(
        of sequences: [[Int]], by count: Int, choice: TokenChoice, key: RandomKey,
        next: ([Int]) -> Bool
    ) -> [[Int]] {
        model.continuations(
            of: sequences, by: count, weights.parameters, weights.buffers, choice: choice, key: key,
            next: next)
    }

    /// The logits of samples, N×classes.
    ///
    /// - Throws: ``DatasetError`` (65) where they are no finite numbers.
    func logits(of samples: SampleSet) throws(DatasetError) -> Tensor {
        let data = try HeldOutData(samples, normalization: normalization)
        let logits = model.logits(
            of: data.batches, parameters: weights.parameters, buffers: weights.buffers,
            output: output)
        guard logits.values.allSatisfy(\.isFinite) else {
            throw DatasetError(
                .corrupt,
                "learner '\(name)': its outputs are no finite numbers; its weights, or values of"
                    + " the samples, are of another magnitude than it was trained on")
        }
        return logits
    }
}

extension Model {
    /// Makes sure that the model of a learner has an output.
    ///
    /// - Throws: ``SettingError`` that names the learner and the exits that there are.
    func require(_ output: ModelOutput, of learner: String) throws(SettingError) {
        do { try require(output) } catch { throw error.prefixed("learner '\(learner)': ") }
    }
}

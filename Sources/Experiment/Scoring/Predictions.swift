import Bytes
import Datasets
import Distillation
import NeuralNetwork
import Options
import Reporting
import Training

/// What a learner of a run, or the ensemble of its learners, takes new samples for.
public struct Predictions: Sendable {
    /// Whose probabilities they are.
    public enum Classifier: Hashable, Sendable {
        /// Those of one learner, by one of its model's classifiers, with its weights or their
        /// moving average.
        case learner(String, ModelOutput = .last, KeptWeights = .newest)
        /// The mean of the probabilities of all learners that have weights here.
        case ensemble
        /// The mean of the probabilities of one learner's weights in each checkpoint that it keeps.
        case snapshots(of: String)
    }

    /// A sample.
    public struct Sample: Hashable, Sendable {
        /// Where it stands: a file, or `rows.csv, line 7`.
        public let place: String
        /// The class that stands beside it; nil where none does.
        public let label: Int?
        /// The probability of each class.
        public let probabilities: [Float]
        /// All classes, the most probable first; of equals the first.
        public let ranking: [Int]
    }

    /// The names of the classes.
    public let classes: [String]
    /// In the order of the files.
    public let samples: [Sample]
    /// Learners that the ensemble lacks, and how new samples are read, for people.
    public let remarks: [String]

    /// Classifies samples.
    ///
    /// - Parameter files: whatever the run's data source reads.
    /// - Throws: ``SettingError`` for an unknown learner or exit, for weights that were trained on
    ///   pixels that are normalized otherwise, and where the run's own data have changed;
    ///   ``DatasetError`` for samples that cannot be read; ``DiskError`` (66) where there are no
    ///   weights.
    public init(of run: RunDirectory, by classifier: Classifier, _ files: [String]) throws {
        let configuration = try ExperimentConfiguration.load(run.configuration, registries: .all)
        let assembler = try Assembler(configuration)
        try assembler.checkData(of: run)
        let (learners, remarks) = try Self.learners(classifier, assembler, in: run)
        let corpus = assembler.samples.corpus
        var read: [String?: NewSamples] = [:]
        var logits: [Tensor] = []
        for learner in learners {
            let new = try read[learner.view] ?? learner.newSamples(in: files, of: corpus)
            read[learner.view] = new
            logits.append(try learner.logits(of: new.samples))
        }
        guard let new = read[learners[0].view] else { preconditionFailure("samples were read") }
        classes = corpus.allClassNames
        samples = Self.samples(new, ProbabilitySum(of: logits, temperature: 1).mean)
        self.remarks = remarks + assembler.remarksOnNewSamples
    }

    private static func learners(
        _ classifier: Classifier, _ assembler: Assembler, in run: RunDirectory
    ) throws -> (learners: [TrainedLearner], remarks: [String]) {
        if case .learner(let name, let output, let kept) = classifier {
            let options = try assembler.learner(name)
            let learner = try TrainedLearner(
                options, assembler, in: run, output: output, kept: kept)
            return ([learner], [])
        }
        if case .snapshots(let name) = classifier {
            let options = try assembler.learner(name)
            return (try TrainedLearner.snapshots(options, assembler, in: run), [])
        }
        var learners: [TrainedLearner] = []
        var remarks: [String] = []
        // A teacher counts once, however many nodes share its load.
        for options in assembler.configuration.learners
        where options.original == nil && options.role.classifies {
            do {
                learners.append(try TrainedLearner(options, assembler, in: run))
            } catch let error as DiskError where error.exitCode == .missingFile {
                remarks.append("the ensemble lacks '\(options.name)': \(error)")
            } catch let error as TrainedLearner.Unknown {
                remarks.append("the ensemble lacks '\(options.name)': \(error)")
            }
        }
        guard !learners.isEmpty else {
            throw DiskError(
                "read", run.path,
                "no learner has weights here (\(remarks.joined(separator: "; ")))",
                exitCode: .missingFile)
        }
        return (learners, remarks)
    }

    private static func samples(_ new: NewSamples, _ probabilities: Tensor) -> [Sample] {
        let values = probabilities.values
        let width = probabilities.shape[1]
        return new.places.indices.map { row in
            let own = Array(values[row * width..<(row + 1) * width])
            let ranking = own.indices.sorted { (own[$1], $0) < (own[$0], $1) }
            return Sample(
                place: new.places[row], label: new.labels[row], probabilities: own,
                ranking: ranking)
        }
    }

    /// How many samples have a label, and how many of those are named right.
    public var score: (right: Int, labelled: Int) {
        let labelled = samples.filter { $0.label != nil }
        return (labelled.count { $0.label == $0.ranking[0] }, labelled.count)
    }
}

extension Assembler {
    /// How new samples are read where tasks are data sources.
    fileprivate var remarksOnNewSamples: [String] {
        guard let first = samples.tasks?.division.titles.first else { return [] }
        return [
            "tasks are data sources; new samples are read as those of the first one (\(first)), and"
                + " neither turned nor permuted"
        ]
    }

    /// Checks that the samples to train on are those that a run was trained on: new samples are
    /// encoded and named by them.
    ///
    /// - Throws: ``SettingError`` (78) where they have changed; ``DiskError`` where the run's
    ///   record of them cannot be read.
    fileprivate func checkData(of run: RunDirectory) throws {
        guard let known = try Provenance.read(from: run.provenance)?.contents else { return }
        let now = sharedContents().filter { !$0.key.hasPrefix("data: test") }
        let changed = now.filter { entry in known[entry.key].map { $0 != entry.value } ?? false }
        guard let first = changed.keys.min() else { return }
        throw SettingError(
            "\(run.path): the run was trained on other \(first.dropFirst("data: ".count)) than"
                + " \(samples.corpus.name) holds now, by which new samples are read; bring the data"
                + " back, or train again")
    }
}

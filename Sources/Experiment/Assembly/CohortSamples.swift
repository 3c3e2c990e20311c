import Datasets
import NeuralNetwork
import Options
import Training

/// The samples of a cohort, divided among its learners: the same in every process.
struct CohortSamples: Sendable {
    let corpus: Corpus
    let division: Division
    private let augmentation: Augmentation
    private let seed: UInt64

    /// Loads and divides them.
    ///
    /// - Throws: ``DatasetError`` or ``SettingError`` for data that cannot be had or divided.
    init(_ configuration: ExperimentConfiguration) throws {
        let options = try DataOptions(configuration.data)
        corpus = try options.source.load()
        division = try Division(
            of: corpus,
            among: configuration.learners.filter { $0.data == nil }.map(\.name),
            labels: options.labels, validation: options.validation, seed: configuration.seed)
        augmentation = options.augmentation
        seed = configuration.seed
    }

    /// The samples on which the learners teach one another, a batch at a time; nil where they have
    /// none in common.
    ///
    /// - Parameter view: nil for the default view.
    func common(batch: Int, view: String? = nil) throws -> SampledBatches? {
        try division.common.map { samples in
            SampledBatches(
                Sampler(samples: samples, batchSize: batch, seed: seed),
                try gatherer(of: try corpus.view(view), augmentation),
                areLabelled: division.pool == nil)
        }
    }

    /// The labelled samples of a learner whose labels are its own or lie beside a pool.
    func own(_ learner: LearnerOptions) throws -> SampledBatches {
        let (corpus, samples, augmentation) = try source(of: learner)
        let sampler = Sampler(
            samples: samples, batchSize: learner.training.batch, seed: seed, stream: learner.name)
        return SampledBatches(
            sampler, try gatherer(of: try corpus.view(learner.view), augmentation))
    }

    /// The samples that learners are tested on, and those kept from training.
    ///
    /// - Parameter view: nil for the default view.
    func heldOut(view: String? = nil) throws -> (test: HeldOutData, validation: HeldOutData?) {
        let view = try corpus.view(view)
        let validation =
            division.validation.isEmpty
            ? nil
            : try HeldOutData(
                view.train.subset(division.validation), normalization: view.normalization)
        if let test = view.test {
            return (try HeldOutData(test, normalization: view.normalization), validation)
        }
        guard let validation else {
            throw DatasetError(
                .impossible,
                "data: \(corpus.name) has no test samples; name test files, or set validation")
        }
        return (validation, validation)
    }

    private func source(
        of learner: LearnerOptions
    ) throws -> (corpus: Corpus, samples: [Int], augmentation: Augmentation) {
        guard let section = learner.data else {
            return (corpus, division.labelled[learner.name] ?? [], augmentation)
        }
        let options = try DataOptions(section)
        let own = try options.source.load()
        try own.check(matches: corpus, view: learner.view, learner: learner.name)
        let division = try Division(
            of: own, among: [learner.name], labels: options.labels, validation: options.validation,
            seed: seed)
        return (own, division.labelled[learner.name] ?? [], options.augmentation)
    }

    private func gatherer(
        of view: SampleView, _ augmentation: Augmentation
    ) throws -> BatchGatherer {
        try augmentation.check(view.contents)
        return try BatchGatherer(
            view.train, normalization: view.normalization, augmentation: augmentation, seed: seed)
    }
}

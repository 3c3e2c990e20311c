import Bytes
import CohortGraph
import Datasets
import NeuralNetwork
import Options
import Training

/// The samples of a cohort, divided among its learners: the same in every process.
struct CohortSamples: Sendable {
    let corpus: Corpus
    let division: Division
    /// The tasks that learners meet one after another; nil where the samples are one task.
    let tasks: CohortTasks?
    /// The random changes of the cohort's images.
    let augmentation: Augmentation
    /// How batches are drawn.
    let sampling: SamplerOptions
    /// How samples are mixed with one another; nil for samples as they are.
    let mixing: SampleMixing?
    /// Whether a sink draws samples.
    private let drawsSamples: Bool
    private let seed: UInt64
    /// The data that learners have for themselves.
    let own: OwnSamples
    /// The digests of the samples.
    let digests: SampleDigests
    /// Whether anything follows from the training labels, also the choice of the pool's samples.
    /// Nothing does where all learners bring labelled samples of their own and all of these are the
    /// pool.
    let usesLabels: Bool

    /// Loads and divides them.
    ///
    /// - Throws: ``DatasetError`` or ``SettingError`` for data that cannot be had or divided.
    init(_ configuration: ExperimentConfiguration) throws {
        let options = try DataOptions(configuration.data)
        let loaded = try options.load(seed: configuration.seed)
        division = try Division(
            of: loaded,
            among: configuration.learners.filter {
                $0.data == nil && $0.original == nil && $0.isLabelled
            }.map(\.name),
            labels: options.labels, validation: options.validation, seed: configuration.seed)
        let divided = division
        tasks = try options.tasks.map { try CohortTasks($0, of: loaded, divided, configuration) }
        corpus = tasks.map { loaded.relabelled(by: $0.division) } ?? loaded
        augmentation = options.augmentation
        sampling = options.sampler
        mixing = configuration.training.habits.mixing
        drawsSamples = configuration.sinks.contains { $0.images > 0 }
        seed = configuration.seed
        own = OwnSamples(beside: corpus, seed: seed)
        digests = SampleDigests(corpus)
        usesLabels =
            division.pool == nil || !division.validation.isEmpty || division.shared != nil
            || !division.labelled.isEmpty
    }

    /// A graph with every length in steps that was in tasks.
    func resolved(_ graph: TeachingGraph) -> TeachingGraph {
        tasks.map { graph.resolved(by: $0.length) } ?? graph
    }

    /// The samples on which the learners teach one another, a batch at a time, as a learner sees
    /// them; nil where they have none in common.
    ///
    /// - Parameters:
    ///   - learner: nil for the default view, normalized as the cohort's data are.
    ///   - drawsPartners: whether a term of the learner asks for other samples of the same classes.
    func common(
        batch: Int, for learner: LearnerOptions? = nil, drawsPartners: Bool = false
    ) throws -> SampledBatches? {
        try division.common.map { samples in
            SampledBatches(
                try sampler(
                    samples, tasks?.commonPhases, batch: batch, Sampler.common,
                    sampling.groups(corpus.train.classes(of: samples), batch: batch)),
                try gatherer(
                    of: corpus, for: learner, augmentation,
                    mispairing: learner?.isMispaired == true ? samples : []),
                areLabelled: division.pool == nil && tasks?.hasSeveralOrders != true,
                drawsPartners: drawsPartners, mixing: mixer(of: Sampler.common))
        }
    }

    /// Mixes the batches of a stream; nil where samples stay as they are.
    private func mixer(of stream: String) -> BatchMixer? {
        mixing.map { BatchMixer($0, seed: seed, stream: stream) }
    }

    /// The classes of the samples on which the learners teach one another, by their numbers; none
    /// where these have no labels.
    var commonClasses: [Int: Int] {
        get throws {
            guard let samples = division.common, division.pool == nil else { return [:] }
            let labels = try corpus.view(nil).train.classes
            return Dictionary(uniqueKeysWithValues: samples.map { ($0, labels[$0]) })
        }
    }

    /// The labelled samples of a learner whose labels are its own or lie beside a pool.
    func own(_ learner: LearnerOptions) throws -> SampledBatches {
        let own = try own.samples(of: learner)
        let samples = own?.division.labelled ?? division.labelled
        let drawn = samples[learner.writtenName] ?? []
        let batch = learner.training.batch
        let groups = try (own?.sampling ?? sampling)
            .groups((own?.corpus ?? corpus).train.classes(of: drawn), batch: batch)
        let sampler = sampler(
            drawn, tasks?.phases(of: learner.writtenName), batch: batch, learner.writtenName,
            groups)
        return SampledBatches(
            sampler,
            try gatherer(
                of: own?.corpus ?? corpus, for: learner, own?.augmentation ?? augmentation),
            mixing: mixer(of: learner.writtenName))
    }

    /// A stream of samples, or of those that are drawn in each phase where there are tasks.
    private func sampler(
        _ samples: [Int], _ phases: [Sampler.Phase]?, batch: Int, _ stream: String,
        _ groups: ClassGroups?
    ) -> Sampler {
        phases.map { Sampler(phases: $0, batchSize: batch, seed: seed, stream: stream) }
            ?? Sampler(
                samples: samples, batchSize: batch, seed: seed, stream: stream, groups: groups)
    }

    /// The samples that learners are tested on, and those kept from training, as a learner sees
    /// them.
    ///
    /// - Parameter learner: nil for the default view, normalized as the cohort's data are.
    func heldOut(
        for learner: LearnerOptions? = nil
    ) throws -> (test: HeldOutData, validation: HeldOutData?) {
        let view = try corpus.view(learner?.view)
        let normalization = try normalization(of: learner)
        let validation = try validationSet(of: view).map {
            try HeldOutData($0, normalization: normalization)
        }
        guard view.test == nil, let validation else {
            return (try HeldOutData(testSet(of: view), normalization: normalization), validation)
        }
        return (validation, validation)
    }

    /// The samples that learners are tested on, in a view of them: those kept from training where
    /// the data have none for that.
    ///
    /// - Throws: ``DatasetError`` (78) where there are neither.
    func testSet(of view: SampleView) throws(DatasetError) -> SampleSet {
        guard let set = view.test ?? validationSet(of: view) else {
            throw DatasetError(
                .impossible,
                "data: \(corpus.name) has no test samples; name test files, or set validation")
        }
        return set
    }

    private func validationSet(of view: SampleView) -> SampleSet? {
        division.validation.isEmpty ? nil : view.train.subset(division.validation)
    }

    /// How a learner's samples are normalized, the common ones too: by the numbers of its own data
    /// where it has some, else by the cohort's.
    ///
    /// - Parameter learner: nil for the default view of the cohort's data.
    func normalization(of learner: LearnerOptions?) throws -> Normalization {
        guard let learner, let own = try own.samples(of: learner) else {
            return try corpus.view(learner?.view).normalization
        }
        return try own.corpus.view(learner.view).normalization
    }

    /// - Parameter mispaired: samples of which each shows another one.
    private func gatherer(
        of corpus: Corpus, for learner: LearnerOptions?, _ augmentation: Augmentation,
        mispairing mispaired: [Int] = []
    ) throws -> BatchGatherer {
        let view = try corpus.view(learner?.view)
        try augmentation.check(view.contents)
        try mixing?.check(view.contents)
        guard !drawsSamples || view.contents == .image else {
            throw DatasetError(
                .impossible,
                "sinks: images draws pictures, and the data hold \(view.contents.plural); leave it out"
            )
        }
        let key = RandomKey(seed: seed).child("mispaired")
        return try BatchGatherer(
            mispaired.isEmpty ? view.train : view.train.mispaired(among: mispaired, key: key),
            normalization: try normalization(of: learner), augmentation: augmentation,
            seed: seed, learner: learner?.writtenName)
    }
}

extension SampleSet {
    /// The classes by which some samples are grouped.
    fileprivate func classes(of samples: [Int]) -> [Int] {
        let classes = classes
        return samples.map { classes[$0] }
    }
}

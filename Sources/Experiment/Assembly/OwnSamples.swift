import Datasets
import Options
import Synchronization

/// The data that learners have for themselves, each loaded once and when it is first needed: a
/// process may lack the files of other learners.
final class OwnSamples: Sendable {
    /// A learner's own data, divided.
    struct Samples: Sendable {
        let corpus: Corpus
        let division: Division
        let augmentation: Augmentation
        let sampling: SamplerOptions
    }

    private let cohort: Corpus
    private let seed: UInt64
    private let loaded = Mutex<[String: Samples]>([:])

    /// - Parameter cohort: the cohort's data, to which each learner's own must be alike.
    init(beside cohort: Corpus, seed: UInt64) {
        (self.cohort, self.seed) = (cohort, seed)
    }

    /// The data of a learner; nil where it has none of its own.
    ///
    /// - Throws: ``DatasetError`` or ``SettingError`` for data that cannot be had or divided, or
    ///   that are not alike to the cohort's.
    func samples(of learner: LearnerOptions) throws -> Samples? {
        guard let section = learner.data else { return nil }
        return try loaded.withLock { loaded in
            if let known = loaded[learner.name] { return known }
            let samples = try load(section, of: learner)
            loaded[learner.name] = samples
            return samples
        }
    }

    private func load(_ section: DataSection, of learner: LearnerOptions) throws -> Samples {
        let options = try DataOptions(section)
        let corpus = try options.source.load()
        try corpus.check(matches: cohort, view: learner.view, learner: learner.name)
        let division = try Division(
            of: corpus, among: [learner.name], labels: options.labels,
            validation: options.validation, seed: seed)
        return Samples(
            corpus: corpus, division: division, augmentation: options.augmentation,
            sampling: options.sampler)
    }
}

import Bytes
import Experiment

/// What a launcher knows of a cohort's training, for those that join it by themselves.
struct JoiningFacts {
    /// How many steps each learner trains for, as far as it is known here.
    var steps: [String: Int] = [:]
    /// The number of classes of the task; nil where the data are not here.
    var classes: Int?
    /// The first 8 bytes of the digest of the order of the samples, in hexadecimal; nil where the
    /// data are not here, or nobody joins by itself.
    var sampleOrder: String?

    /// What the configuration alone says: the learners' data are on other hosts.
    init(_ configuration: ExperimentConfiguration) {
        for learner in configuration.learners where learner.learns {
            if case .steps(let count) = learner.training.budget { steps[learner.name] = count }
        }
    }

    /// What is known where the data are.
    ///
    /// - Throws: what is wrong with the data.
    init(_ assembler: Assembler) throws {
        let learners = assembler.configuration.learners
        for learner in learners where learner.learns {
            steps[learner.name] = try assembler.steps(of: learner)
        }
        classes = assembler.classes
        if learners.contains(where: \.isExternal) {
            sampleOrder = try assembler.sampleOrderDigest().prefix(8).hexadecimal
        }
    }
}

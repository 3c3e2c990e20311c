import ArgumentParser
import Experiment

/// What shells complete words by, as `cohort --generate-completion-script` has them do.
extension CompletionKind {
    /// The settings of the configuration that the command line names.
    static let settings = custom { words, _, _ in Completions.settings(in: words) }
    /// The learners of that configuration.
    static let learners = custom { words, _, _ in Completions.learners(in: words) }
    /// The names of the kind that stands before the word.
    static let namesOfKind = custom { words, index, _ in
        Completions.names(after: words.prefix(index))
    }
    /// Run directories.
    static let runs = custom { _, _, prefix in Completions.runs(prefix, withLearners: false) }
    /// Learners of run directories: RUN/LEARNER.
    static let runLearners = custom { _, _, prefix in
        Completions.runs(prefix, withLearners: true)
    }
}

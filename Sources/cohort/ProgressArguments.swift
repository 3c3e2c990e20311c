import ArgumentParser
import Watching

/// How much of a launcher's progress is shown.
struct ProgressArguments: ParsableArguments {
    @Option(
        help: """
            How much of the progress is shown: auto (rows on a terminal; elsewhere at most one line \
            a second of each learner), all (a line for every evaluation), none (messages alone). The \
            logs hold all of it.
            """)
    var progress = ProgressAmount.auto
}

extension ProgressAmount: ExpressibleByArgument {}

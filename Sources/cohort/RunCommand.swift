import ArgumentParser
import Experiment
import Orchestration
import Reporting

/// `cohort run`: a whole cohort on this host.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a whole cohort, here or on other hosts, and show what teaching gained.",
        discussion: """
            Starts every learner of the configuration in a process of its own; with `compare: \
            {alone: true}` also each student without its teachers. Results lie below \
            runs/NAME/latest. Ends with the exit code of the first learner that failed; on TERM \
            with 75, when all have written a checkpoint: run it again to resume. With --hosts the \
            learners run on the hosts of a file, which `cohort doctor` examines first.
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Run with this many seeds one after another, and show the gain of each.")
    var seeds = 1

    @Option(
        help: """
            Whether to resume a run that did not end well: auto (the newest unfinished run of the \
            same configuration, otherwise a new one), allow (the newest run, if it is unfinished; \
            78 where it is of another configuration), must (as allow, and 66 where there is none) \
            or never.
            """)
    var resume = Resume.auto

    @OptionGroup var contact: ContactArguments
    @OptionGroup var hosts: HostArguments

    @Option(
        help: """
            What to fetch from the hosts besides logs and metrics: models, journals, or both with \
            a comma between them.
            """)
    var gather: GatheredExtras?

    func validate() throws {
        guard gather == nil || hosts.hosts != nil else {
            throw ValidationError("--gather goes with --hosts")
        }
        guard (1...10_000).contains(seeds) else {
            throw ValidationError("--seeds lies in 1...10000")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try hosts.load(
                source.configuration, overrides: source.overrides)
            var options = RunOptions(notice: printNotice)
            options.resume = resume
            options.printContact = contact.printer
            options.hosts = try hosts.group()
            options.gathers = gather?.extras ?? []
            var gains = GainsBySeed()
            for repetition in 0..<UInt64(seeds) {
                let seed = configuration.seed &+ repetition
                var repeated = configuration
                repeated.seed = seed
                let table = try await CohortLaunch(repeated, options).run()
                try printResult(table.text)
                gains.add(table, seed: seed)
            }
            if seeds > 1 {
                try printResult("\n" + gains.text)
            }
        }
    }
}

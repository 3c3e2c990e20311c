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

            Examples:
              cohort run deploy/experiments/digits-private.yaml
              cohort run experiment.yaml training.steps=200 learners.a.model=lenet
              cohort run experiment.yaml --seeds 5 compare.alone=true
              cohort run experiment.yaml --hosts hosts.txt --gather models
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(
        help: """
            Run with this many seeds one after another, and show the gain of each. A finished run \
            of the same settings and data is taken over, unless --resume is never, or the data are \
            on other hosts.
            """)
    var seeds: Int?

    @Option(
        help: """
            Whether to resume a run that did not end well: auto (the newest unfinished run of the \
            same settings and data, otherwise a new one), allow (the newest run, if it is \
            unfinished; 78 where it is of other settings or data), must (as allow, and 66 where there is none) \
            or never.
            """)
    var resume = Resume.auto

    @OptionGroup var progress: ProgressArguments
    @OptionGroup var contact: ContactArguments
    @Flag(
        help: """
            Go on with the newest run, finished or not, for more steps or epochs than it was begun \
            with; 78 where anything else differs, or where it would not come to what one run of \
            the whole length comes to.
            """)
    var extend = false

    @OptionGroup var hosts: HostArguments

    @Option(
        help: """
            What to fetch from the hosts besides logs and metrics: models, journals, answers, or \
            several with commas between them.
            """)
    var gather: GatheredExtras?

    func validate() throws {
        guard gather == nil || hosts.hosts != nil else {
            throw ValidationError("--gather goes with --hosts")
        }
        guard (1...10_000).contains(seeds ?? 1) else {
            throw ValidationError("--seeds lies in 1...10000")
        }
        guard seeds == nil || [.auto, .never].contains(resume) else {
            throw ValidationError(
                "--resume \(resume.rawValue) is about one run; with --seeds use auto or never")
        }
        guard !extend || (seeds == nil && resume == .auto) else {
            throw ValidationError("--extend goes on with one run; leave --seeds and --resume out")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try hosts.load(
                source.configuration, overrides: source.overrides)
            configuration.remarks.forEach(printNotice)
            var options = RunOptions(notice: printNotice)
            options.resume = resume
            options.progress = progress.progress
            options.extends = extend
            options.series = (seeds ?? 1) > 1 ? .seeds : nil
            options.printContact = contact.printer
            options.hosts = try hosts.group()
            options.gathers = gather?.extras ?? []
            var gains = GainsBySeed()
            for repetition in 0..<UInt64(seeds ?? 1) {
                let seed = configuration.seed &+ repetition
                var repeated = configuration
                repeated.seed = seed
                let table = try await table(of: repeated, options)
                try printTable(table.text)
                gains.add(table, seed: seed)
            }
            if let seeds, seeds > 1 {
                try printTable("\n" + gains.text)
            }
        }
    }

    /// The results of a run, or of a finished one of the same settings and data where several seeds
    /// are asked for.
    private func table(
        of configuration: ExperimentConfiguration, _ options: RunOptions
    ) async throws -> GainTable {
        let launch = try CohortLaunch(configuration, options)
        if seeds != nil, resume != .never, let (run, summary) = launch.finishedBefore() {
            printNotice("seed \(configuration.seed): finished before, \(run.path)")
            return launch.table(of: summary)
        }
        return try await launch.run()
    }
}

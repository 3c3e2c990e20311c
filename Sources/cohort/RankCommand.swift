import ArgumentParser
import Experiment
import Foundation
import Launching
import Orchestration

/// `cohort rank`: one process's share of a cohort, as Slurm, mpirun or torchrun start it.
struct RankCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rank",
        abstract: "Run one rank's share of a cohort that srun, mpirun or torchrun starts.",
        discussion: """
            Every rank is given the same configuration, and a run directory on a disk that all \
            share. The learners are divided among the ranks in the file's order, neighbours \
            together, or named by --learner. Rank 0 opens the run and shows what teaching gained. \
            Rank and size are read from the first of these that is set: --rank and --size; \
            COHORT_RANK and COHORT_SIZE; RANK and WORLD_SIZE; OMPI_COMM_WORLD_RANK and _SIZE; \
            PMI_RANK and PMI_SIZE; a step of Slurm; JOB_COMPLETION_INDEX with --size or \
            COHORT_SIZE. The same run again resumes it. Ends with the exit code of the first \
            learner that failed, wherever it ran; on TERM with 75, when all have written a \
            checkpoint.

            Examples:
              cohort rank experiment.yaml --rank 0 --size 2 --master node1:29500 --run r1
              cohort rank experiment.yaml --rank 1 --size 2 --master node1:29500 --run r1
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Which of the ranks this is, from 0.")
    var rank: Int?

    @Option(help: "How many ranks there are.")
    var size: Int?

    @Option(
        help: """
            The host and port at which rank 0 opens the rendezvous; otherwise MASTER_ADDR and \
            MASTER_PORT, or a free port, which the others read in the run directory.
            """)
    var master: RankEnvironment.Address?

    @Option(
        help: """
            The run: 1 to 16 digits and small letters, the same for all ranks; otherwise \
            COHORT_RUN, or Slurm's job.
            """)
    var run: String?

    @Option(help: "The run directory; otherwise the run's, below the configuration's `runs`.")
    var directory: String?

    @Option(
        name: .customLong("learner"),
        help: "A learner to run here, in place of this rank's share; may be given several times.")
    var learners: [String] = []

    @OptionGroup var progress: ProgressArguments
    @Flag(
        help: """
            Go on with this run for more steps or epochs than it was begun with; 78 where anything \
            else differs.
            """)
    var extend = false

    @OptionGroup var contact: ContactArguments

    func run() async throws {
        try await reportingFailure {
            let variables = ProcessInfo.processInfo.environment
            let place = RankPlace(
                environment: try .read(
                    rank: rank, size: size, master: master, environment: variables))
            let table = try await RankLaunch(
                try source.load(at: place), place,
                run: try RunIdentifier.read(option: run, environment: variables),
                learners: learners, path: directory, extends: extend,
                progress: progress.progress, printContact: contact.printer,
                notice: printNotice
            ).run()
            if let table { try printTable(table.text) }
        }
    }
}

extension ConfigurationArguments {
    /// The configuration with the settings that ranks on several hosts need.
    func load(at place: RankPlace) throws -> ExperimentConfiguration {
        let text = try ConfigurationText(configuration)
        let configuration = try text.configuration(overrides: overrides, registries: .all)
        let more = place.overrides(of: configuration.exchange)
        return more.isEmpty
            ? configuration
            : try text.configuration(overrides: overrides + more, registries: .all)
    }
}

extension RankEnvironment.Address: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}

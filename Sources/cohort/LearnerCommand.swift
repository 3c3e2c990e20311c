import ArgumentParser
import Experiment
import Foundation
import Kernels
import Limits
import Options

/// `cohort learner`: one learner, as the launcher starts it, or by hand to join a cohort elsewhere.
struct LearnerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learner",
        abstract: "Train one learner of a cohort.",
        discussion: """
            The launcher starts its learners by this command. By hand it adds an external learner: \
            the launcher prints the run and the rendezvous to name. Records go to \
            standard output as JSON Lines, progress to standard error. TERM, INT and HUP write a \
            checkpoint and end (TERM with 75), a second one ends at once; USR1 writes a checkpoint.

            Examples:
              cohort learner experiment.yaml --name a --directory by-hand --alone
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Which learner of the configuration.", completion: .learners)
    var name: String

    @Option(help: "The run's identifier: the same for all learners of the cohort.")
    var run: String = "by-hand"

    @Option(help: "The address where the cohort meets.")
    var rendezvous: String?

    @Option(help: "The run directory.")
    var directory: String

    @OptionGroup var member: MemberArguments

    @Option(help: "Weights to begin with in place of the configuration's: a safetensors file.")
    var weights: String?

    @Option(
        help: """
            The weights of the learner of whose model this one has a part (`classifier`, `assists`), \
            where they are not configured: a safetensors file, or a run directory.
            """)
    var parts: String?

    @Option(
        help: """
            The plan of a teacher that is sent its samples, which it has in place of data; by default \
            plan.json in its folder of the directory.
            """)
    var plan: String?

    @Option(
        help: """
            Whether to go on with what an earlier start left in the directory: must (66 where there is \
            nothing), allow, never (78 where there is something), or auto, which here is allow.
            """)
    var resume = Resume.auto

    @Flag(help: "Go on with what was begun to train for fewer steps, and is otherwise the same.")
    var extend = false

    @Flag(
        help:
            "Keep all that is published in the learner's journal, as long as the run lasts and after."
    )
    var keepJournal = false

    @Flag(help: "Write what a teacher publishes into its journal, and send it to no student.")
    var onlyRecord = false

    @Flag(help: "Train without its teachers: same labels, seed and budget.")
    var alone = false

    @Option(help: "Threads to compute on; by default what the configuration or the system allows.")
    var threads: Int?

    @Option(help: "What decided on --threads, for the log.")
    var threadsReason: String?

    @Flag(help: "Print nothing on standard error while all goes well.")
    var quiet = false

    func validate() throws {
        guard threads ?? 1 >= 1 else { throw ValidationError("--threads is at least 1") }
        guard [alone, onlyRecord, rendezvous != nil].count(where: \.self) == 1 else {
            throw ValidationError("a learner has a --rendezvous, or is --alone, or --only-record")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let configuration = try source.load()
            let threads = threads(configuration)
            if configuration.isSentInputs(name, inStage: member.stage) {
                return try serve(configuration, threads)
            }
            let node = LearnerNode(
                learner: name, mode: alone ? .alone : onlyRecord ? .recorded : .member,
                membership: try member.membership(run: run, rendezvous: rendezvous),
                directory: directory, weights: weights, parts: parts, resume: resume,
                extends: extend,
                keepsJournal: keepJournal, threads: threads, showsProgress: !quiet)
            try Parallel.withThreads(threads.threads) {
                try NodeProcess(node, configuration, signals: member.signals).run()
            }
        }
    }

    /// Teaches on samples that a student sends.
    private func serve(_ configuration: ExperimentConfiguration, _ threads: ThreadShare) throws {
        guard rendezvous != nil else {
            throw SettingError(
                "'\(name)' has no samples of its own: its students send them (`inputs: send`), or a"
                    + " generator does, and nobody is here to; let it have the data's by"
                    + " `inputs: order`")
        }
        let node = InputTeacherNode(
            teacher: name, membership: try member.membership(run: run, rendezvous: rendezvous),
            directory: directory, plan: plan, weights: weights, resume: resume,
            keepsJournal: keepJournal, threads: threads, showsProgress: !quiet)
        try Parallel.withThreads(threads.threads) {
            try NodeProcess(node, configuration, signals: member.signals).run()
        }
    }

    /// The launcher has divided the processors; by hand the learner has them all.
    private func threads(_ configuration: ExperimentConfiguration) -> ThreadShare {
        if let threads {
            return ThreadShare(threads: threads, reason: threadsReason ?? "--threads")
        }
        let allowance = ProcessorAllowance()
        configuration.threadRemarks(of: [name], on: allowance).forEach(printNotice)
        return configuration.threads(of: name, among: [name], on: allowance)
    }
}

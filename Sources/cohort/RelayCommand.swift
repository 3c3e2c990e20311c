import ArgumentParser
import Bytes
import Exchange
import Experiment
import Foundation

/// `cohort relay`: one relay, as the launcher starts it, or by hand on another host.
struct RelayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "relay",
        abstract: "Run one relay, which adds up what a circle of learners publishes.",
        discussion: """
            The launcher starts its relays by this command; `cohort check` shows which there \
            are. A relay stores nothing that it needs later: when it is killed and started again, \
            here or on another host, it goes on where the learners need it.

            Examples:
              cohort relay experiment.yaml --name relay-1 --run r1 --directory relay \\
                  --rendezvous tcp://10.0.0.1:5000
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "Which relay: relay-1 is the root.")
    var name: String

    @Option(help: "The run's identifier: the same for all learners of the cohort.")
    var run: String

    @Option(help: "The address where the cohort meets.")
    var rendezvous: String

    @Option(help: "A folder for what may have to be sent again; emptied at the start.")
    var directory: String

    @Option(
        help: """
            Which start of the relay this is, where its folder was lost; otherwise that knows.
            """)
    var life: Int?

    @OptionGroup var member: MemberArguments

    func validate() throws {
        guard life.map({ 1...Incarnation.mostLives ~= $0 }) ?? true else {
            throw ValidationError("--life lies in 1...\(Incarnation.mostLives)")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let node = RelayNode(
                relay: name, membership: try member.membership(run: run, rendezvous: rendezvous),
                directory: directory, life: life
            ) { printNotice($0) }
            try NodeProcess(node, try source.load(), signals: member.signals).run()
        }
    }
}

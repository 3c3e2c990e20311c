import ArgumentParser
import Experiment
import Orchestration
import Reporting

/// `cohort search`: looks for a configuration that serves a learner best.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Look for the graph that serves a learner best, or for a student of a teacher.",
        discussion: """
            Examples:
              cohort search graph experiment.yaml --target a --trials 16
              cohort search architecture experiment.yaml --teacher t --parameters 50000
            """,
        subcommands: [SearchGraphCommand.self, SearchArchitectureCommand.self])
}

/// `cohort search graph`: random search over knowledge transfer graphs, with successive halving.
struct SearchGraphCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Try graphs over kinds of learners and gates, and keep the best for one of them.",
        discussion: """
            The learners of the configuration are the kinds of nodes; its teaching is not used. Each \
            trial is a cohort: the target and other nodes, with a gate for each edge and for each \
            node's labels. In each round the graphs that are left are trained with a share of the \
            budget, and the best go on. They are ranked by the target's accuracy on the validation \
            samples (data.validation); the test samples are not looked at. Interrupted, the same \
            command goes on. The best graph is written to best.yaml in the search's folder.

            Examples:
              cohort search graph experiment.yaml --target a --trials 16
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(help: "The learner to find the best graph for.", completion: .learners)
    var target: String

    @Option(help: "How many graphs to try.")
    var trials = 32

    @Option(help: "The most nodes of a graph, the target included; by default as many as learners.")
    var nodes: Int?

    @Option(help: "The part that goes on after a round: 1/ETA; the budget grows by ETA.")
    var eta = 2

    @Option(help: "Rounds; by default as many as leave one graph for the last, at most 4.")
    var rounds: Int?

    @Option(help: "How many trials run at the same time.")
    var parallel = 2

    @Option(help: "The options of every edge but its gate, in YAML.")
    var edge = "{loss: kd, temperature: 1}"

    @OptionGroup var search: SearchArguments

    func validate() throws {
        guard (1...100_000).contains(trials) else {
            throw ValidationError("--trials lies in 1...100000")
        }
        guard nodes.map({ (2...64).contains($0) }) ?? true else {
            throw ValidationError("--nodes lies in 2...64")
        }
        guard (2...16).contains(eta) else { throw ValidationError("--eta lies in 2...16") }
        guard rounds.map({ (1...16).contains($0) }) ?? true else {
            throw ValidationError("--rounds lies in 1...16")
        }
        guard (1...256).contains(parallel) else {
            throw ValidationError("--parallel lies in 1...256")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let base = try source.load()
            let space = try GraphSearchSpace(
                base, target: target, nodes: nodes ?? max(2, base.learners.count), edge: edge)
            let plan = SearchPlan(
                of: space, trials: trials, eta: eta, rounds: rounds, seed: search.searchSeed,
                edge: edge)
            let running = try GraphSearch(
                space, plan, in: search.folder(of: base), parallel: parallel, notice: printNotice)
            let trials = try await running.run()
            try printResult(SearchRanking.text(trials, search.format))
            printNotice("the best graph: \(running.best)")
        }
    }
}

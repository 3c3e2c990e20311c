import ArgumentParser
import Experiment
import NeuralNetwork
import Orchestration

/// `cohort search architecture`: block-wise search of a student under a teacher.
struct SearchArchitectureCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "architecture",
        abstract: "Find a student of a teacher within a budget, block by block.",
        discussion: """
            The teacher's stages cut it into blocks. Of each block a process of its own learns a \
            supernet from the teacher's maps. Every path is rated on the validation samples \
            (data.validation), and those whose ratings add up to the least within the budget make \
            the found net, found.json. It is then trained, with the teacher and alone, beside random \
            nets of the budget and the best path of a supernet of whole nets. Interrupted, the same \
            command goes on.

            Examples:
              cohort search architecture experiment.yaml --teacher t --parameters 50000
            """)

    @OptionGroup var source: ConfigurationArguments

    @Option(
        help: "The learner whose stages are imitated; trained first where it has no weights.",
        completion: .learners)
    var teacher: String

    @Option(help: "The most parameters of the found net.")
    var parameters: Int?

    @Option(
        name: .customLong("multiply-adds"),
        help: "The most multiply-adds of the found net for one sample, forward.")
    var multiplyAdds: Int?

    @Option(help: "The teacher's taps at which blocks end, with commas; by default all its stages.")
    var taps: String?

    @Option(help: "Layers of each block.")
    var layers = 2

    @Option(help: "The operations of layers, with commas; by default all.")
    var operations: String?

    @Option(help: "Random nets that are trained beside the found one.")
    var nets = 8

    @Option(help: "Paths of a generation of the evolution over the supernet of whole nets.")
    var population = 50

    @Option(help: "Generations of the evolution; 0 leaves that baseline out.")
    var generations = 20

    @Option(
        name: .customLong("search-training"),
        help: "The training of supernets in YAML, where it is not the configuration's.")
    var searchTraining = "{}"

    @Option(help: "The options of the teacher's edges to whole nets, in YAML.")
    var edge = "{loss: kd, temperature: 4}"

    @OptionGroup var search: SearchArguments

    func validate() throws {
        guard parameters != nil || multiplyAdds != nil else {
            throw ValidationError("say what the net may cost by --parameters or --multiply-adds")
        }
        guard [parameters, multiplyAdds].allSatisfy({ $0.map { $0 > 0 } ?? true }) else {
            throw ValidationError("--parameters and --multiply-adds are above 0")
        }
        guard (1...8).contains(layers) else { throw ValidationError("--layers lies in 1...8") }
        guard (0...1000).contains(nets) else { throw ValidationError("--nets lies in 0...1000") }
        guard (2...10_000).contains(population) else {
            throw ValidationError("--population lies in 2...10000")
        }
        guard (0...10_000).contains(generations) else {
            throw ValidationError("--generations lies in 0...10000")
        }
    }

    func run() async throws {
        try await reportingFailure {
            let base = try source.load()
            let space = try ArchitectureSearchSpace(
                base, teacher: teacher, taps: Self.names(taps), layers: layers,
                operations: operations.map { Self.names($0) } ?? SearchOperations.registry.names,
                edge: edge, training: searchTraining)
            let plan = ArchitectureSearchPlan(
                of: space,
                within: SearchBudget(parameters: parameters, multiplyAdds: multiplyAdds),
                nets: nets, population: population, generations: generations,
                seed: search.searchSeed, edge: edge, training: searchTraining)
            let running = try ArchitectureSearch(
                space, plan, in: search.folder(of: base), notice: printNotice)
            try printResult(TrainedNets.text(try await running.run(), search.format))
            printNotice("the found net: \(running.found)")
        }
    }

    private static func names(_ list: String?) -> [String] {
        (list ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }
}

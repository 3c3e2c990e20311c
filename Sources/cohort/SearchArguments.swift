import ArgumentParser
import Experiment
import Orchestration
import Reporting

/// The arguments that all searches have in common.
struct SearchArguments: ParsableArguments {
    @Option(name: .customLong("search-seed"), help: "Determines all that the search draws.")
    var searchSeed: UInt64 = 1

    @Option(help: "The search's folder; RUNS/NAME-search by default.", completion: .directory)
    var directory: String?

    @Option(help: "How to print what was tried: table or json, a line for each.")
    var format = RowFormat.table

    /// The folder of a search that begins with a configuration.
    func folder(of base: ExperimentConfiguration) -> String {
        directory ?? "\(base.runs)/\(base.name)-search"
    }
}

extension RowFormat: ExpressibleByArgument {}

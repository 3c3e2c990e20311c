import ArgumentParser
import Experiment

/// `cohort list`: the names that a configuration can use.
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the names that a configuration can use, and the options of each.",
        discussion: """
            Examples:
              cohort list
              cohort list losses
              cohort list models resnet8
            """)

    @Argument(
        help: "models, generators, taps, losses, combinations, presets, codecs, datasets, …")
    var kind: Catalogue.Kind?

    @Argument(help: "Show the options of this one.", completion: .namesOfKind)
    var name: String?

    func run() async throws {
        try await reportingFailure { try printResult(try Catalogue.text(kind, named: name)) }
    }
}

extension Catalogue.Kind: ExpressibleByArgument {}

import ArgumentParser

/// `cohort bench`: how fast this machine is.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure training steps on random data.",
        subcommands: [
            BenchStepCommand.self, BenchOperationsCommand.self, BenchProblemCommand.self,
        ])
}

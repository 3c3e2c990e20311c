import ArgumentParser

/// `cohort bench`: how fast this machine is.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure training steps, predictions and exchanges on random data.",
        subcommands: [
            BenchStepCommand.self, BenchOperationsCommand.self, BenchProblemCommand.self,
            BenchPredictCommand.self, BenchTermsCommand.self, BenchExchangeCommand.self,
            BenchExchangePartCommand.self,
        ])
}
